// The actions that take something out of the explorer: marks, the clipboard, a file, a saved view.

import type { AuditFilter } from '../../../shared/audit-filter.js';
import { FILTER_KEYS } from '../../../shared/audit-filter.js';
import { formatRef } from '../../../shared/object-ref.js';
import { FILTER_WORDS } from '../../commands/audit/filter-options.js';
import { parseFilterLine } from '../../filter-line.js';
import { UNSAFE_CLASS } from '../../output/escape.js';
import { movedBy } from '../events/list-moves.js';
import { askedLine } from '../lines/asked-line.js';
import type { ExplorerAction } from './action.js';
import { IN_PANES, noEvent, ON_AN_EVENT } from './action.js';
import type { Copyable } from './errands.js';
import { pivoted } from './path.js';
import {
  currentEvent,
  type ExplorerState,
  lineOfStep,
  listLines,
  stepOf,
  withErrand,
  withList,
} from './state.js';

function toggledMark(state: ExplorerState): ExplorerState {
  const event = currentEvent(state);
  if (event === undefined) return state;
  const marked = new Map(state.marked);
  if (!marked.delete(event.seq)) marked.set(event.seq, event);
  return withList({ ...state, marked }, movedBy(stepOf(state).list, 1, listLines(state)));
}

/** What `y` offers. */
export function copyables(state: ExplorerState): Copyable[] {
  const event = currentEvent(state);
  const { filter, sort } = stepOf(state).list;
  const marked = [...state.marked.values()];
  return [
    ...(event === undefined
      ? []
      : [{ name: 'the event as JSON', as: 'json' as const, text: JSON.stringify(event, null, 2) }]),
    ...(marked.length === 0
      ? []
      : [
          {
            name: `the ${marked.length} marked as JSON`,
            as: 'json' as const,
            text: JSON.stringify(marked, null, 2),
          },
        ]),
    ...(event === undefined
      ? []
      : [
          { name: 'its target', text: formatRef(event.targetType, event.targetId) },
          { name: 'its actor', text: formatRef(event.actorType, event.actorId) },
          { name: 'its id', text: event.id },
        ]),
    {
      name: 'the command of this view',
      as: 'command' as const,
      text: commandOf(filter, 'order' in sort ? sort.order : 'desc'),
    },
  ];
}

/** The command that gives the events of a filter in a script. */
export function commandOf(filter: AuditFilter, order: 'asc' | 'desc' = 'desc'): string {
  const wordOf = (key: (typeof FILTER_KEYS)[number]) => FILTER_WORDS.find(word => word.key === key)?.word;
  const flags = FILTER_KEYS.flatMap(key => [
    ...(filter.include[key] ?? []).flatMap(value => [`--${wordOf(key)}`, value]),
    ...(filter.exclude[key] ?? []).flatMap(value => ['--not', `${wordOf(key)}=${value}`]),
  ]);
  const time = (name: string, ms: number | undefined) =>
    ms === undefined ? [] : [`--${name}`, new Date(ms).toISOString()];
  const words = [
    ...['whodid', 'audit', 'events'],
    ...flags,
    ...time('since', filter.since),
    ...time('until', filter.until),
    ...(order === 'asc' ? ['--order', 'asc'] : []),
    ...['--all', '--jsonl'],
  ];
  return words.map(shellWord).join(' ');
}

/**
 * A word that a shell takes for itself (POSIX.1-2024, 2.2). What a terminal obeys is in it as an escape of its bytes,
 * so that a command can be shown, copied from the screen and run as it is.
 */
export function shellWord(text: string): string {
  if (UNSAFE.test(text)) return `$'${text.replaceAll(UNSAFE_OR_QUOTE, octalEscapes)}'`;
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

const UNSAFE = new RegExp(`[${UNSAFE_CLASS}]`, 'u');
const UNSAFE_OR_QUOTE = new RegExp(`[${UNSAFE_CLASS}'\\\\]`, 'gu');
const octalEscapes = (character: string) =>
  [...Buffer.from(character, 'utf8')].map(byte => `\\${byte.toString(8).padStart(3, '0')}`).join('');

function copied(state: ExplorerState): ExplorerState {
  const { prompt } = state;
  const chosen = prompt?.what === 'copy' ? copyables(state)[prompt.choice] : undefined;
  const closed = { ...state, prompt: undefined };
  return chosen === undefined ? closed : withErrand(closed, { what: 'copy', ...chosen });
}

function openFile(state: ExplorerState, { now }: { now: number }): ExplorerState {
  const day = new Date(now).toISOString().slice(0, 10);
  return { ...state, prompt: { what: 'file', busy: false, ...askedLine(`whodid-${day}.jsonl`) } };
}

function exported(state: ExplorerState): ExplorerState {
  const { prompt } = state;
  if (prompt?.what !== 'file' || prompt.busy) return state;
  const file = prompt.line.text.trim();
  if (file === '') return { ...state, prompt: undefined };
  return withErrand(
    { ...state, prompt: { ...prompt, busy: true, fault: undefined } },
    { what: 'export', file, filter: stepOf(state).list.filter },
  );
}

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

const saved = (digit: string) => (state: ExplorerState) => {
  const line = lineOfStep(state);
  return {
    ...state,
    prompt: undefined,
    saved: { ...state.saved, [digit]: line },
    notice: `${digit} is now ${line === '' ? 'everything' : line}.`,
  };
};

/** Opens a filter line that was kept. */
function openedLine(state: ExplorerState, line: string, now: number): ExplorerState {
  return pivoted(state, {
    label: line === '' ? 'everything' : line,
    filter: parseFilterLine(line, now),
    typed: line,
  });
}

export const COPYING: readonly ExplorerAction[] = [
  {
    id: 'mark',
    keys: ['space'],
    label: 'mark it, or take the mark away',
    footer: 'mark',
    places: ['events'],
    off: noEvent,
    run: toggledMark,
  },
  {
    id: 'copy',
    keys: ['y'],
    label: 'copy: the event, the marked, an id, the command of this view',
    footer: 'copy',
    places: ON_AN_EVENT,
    run: state => ({ ...state, prompt: { what: 'copy', choice: 0 } }),
  },
  {
    id: 'copy-it',
    keys: ['enter', 'y'],
    label: 'copy',
    footer: 'copy',
    places: ['copy'],
    run: copied,
  },
  {
    id: 'export',
    keys: ['x'],
    label: 'what is in view to a file (.jsonl, .csv)',
    footer: 'export',
    places: IN_PANES,
    off: state => (state.work === undefined ? undefined : 'another export is running (Esc stops it)'),
    run: openFile,
  },
  {
    id: 'export-it',
    keys: ['enter'],
    label: 'write the file',
    footer: 'write',
    places: ['file'],
    run: exported,
  },
  {
    id: 'save-view',
    keys: ['m'],
    label: 'keep this view under a digit',
    places: IN_PANES,
    run: state => ({ ...state, prompt: { what: 'save' } }),
  },
  ...DIGITS.map(
    (digit): ExplorerAction => ({
      id: `save-${digit}`,
      keys: [digit],
      label: `keep it as ${digit}`,
      places: ['save'],
      run: saved(digit),
    }),
  ),
  ...DIGITS.map(
    (digit): ExplorerAction => ({
      id: `view-${digit}`,
      keys: [digit],
      label: `the view kept as ${digit}`,
      places: IN_PANES,
      off: state => (state.saved[digit] === undefined ? `nothing is kept as ${digit}; m keeps` : undefined),
      run: (state, { now }) => openedLine(state, state.saved[digit] ?? '', now),
    }),
  ),
  {
    id: 'last-view',
    keys: ['0'],
    label: 'where the last session ended',
    places: IN_PANES,
    off: state => (state.last === undefined ? 'there was no session before' : undefined),
    run: (state, { now }) => openedLine(state, state.last ?? '', now),
  },
];
