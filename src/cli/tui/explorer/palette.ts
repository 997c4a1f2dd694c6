// Everything that can be done where one is, by name; and going to a time by saying it.
import { Problem } from '../../../shared/problem.js';
import { localTime } from '../../output/local-time.js';
import { keyName } from '../keys/key-names.js';
import { askedLine } from '../lines/asked-line.js';
import type { ExplorerAction } from './action.js';
import { type ExplorerState, placeOf } from './state.js';
import { momentText, wentTo } from './times.js';

const GOTO = /^goto(?:\s+(.*))?$/;

/** What fits the typed words, of the actions of the place under the palette. */
export function paletteActions(
  state: ExplorerState,
  actions: readonly ExplorerAction[],
): readonly ExplorerAction[] {
  const { prompt } = state;
  if (prompt?.what !== 'palette') return [];
  const place = placeOf({ ...state, prompt: undefined });
  const words = prompt.line.text.toLowerCase().split(/\s+/);
  return actions.filter(action => {
    if (!action.places.includes(place) || action.id === 'palette') return false;
    const text = `${action.id} ${action.label} ${action.keys.map(keyName).join(' ')}`.toLowerCase();
    return words.every(word => text.includes(word));
  });
}

/** What the typed words ask for: a time, or the chosen action. */
export function accepted(
  state: ExplorerState,
  now: number,
  actions: readonly ExplorerAction[],
): { state: ExplorerState; action?: ExplorerAction } {
  const { prompt } = state;
  if (prompt?.what !== 'palette') return { state };
  const [said, time] = GOTO.exec(prompt.line.text.trim()) ?? [];
  const closed = { ...state, prompt: undefined };
  if (said === undefined) {
    const action = paletteActions(state, actions)[prompt.choice];
    return action === undefined ? { state } : { state: closed, action };
  }
  try {
    return { state: wentTo(closed, momentText(time ?? '', now)) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const fault = { message: error.message, start: 'goto '.length, end: prompt.line.text.length };
    return { state: { ...state, prompt: { ...prompt, fault } } };
  }
}

/** What Enter would go to, when a time is typed. */
export function goingTo({ prompt }: ExplorerState, now: number): string | undefined {
  const [said, time = ''] = prompt?.what === 'palette' ? (GOTO.exec(prompt.line.text.trim()) ?? []) : [];
  if (said === undefined) return undefined;
  try {
    return time === ''
      ? 'A time: 2h, 3d, yesterday 14:00, 9:30, 2026-07-31, …'
      : `Enter goes to ${localTime(momentText(time, now))}.`;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.message;
  }
}

export const PALETTE: ExplorerAction = {
  id: 'palette',
  keys: [':'],
  label: 'everything by name; goto yesterday 14:00',
  footer: 'all',
  places: ['events', 'detail', 'record', 'busiest', 'history', 'scrubber', 'histogram', 'counts'],
  run: state => ({ ...state, prompt: { what: 'palette', ...askedLine(), choice: 0 } }),
};
