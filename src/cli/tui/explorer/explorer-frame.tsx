// The frame of the explorer: path and filter above, status and keys below. What is between is put there by whoever
// puts the frame on the screen: Ink takes its time for each cell, so it is given one line at a time, and no line twice.
// Pure: shows a state and nothing else.
import { Text } from 'ink';
import type { ReactElement } from 'react';
import { escapeText, type SafeText, safe } from '../../output/escape.js';
import { commentText } from '../../output/event-view.js';
import { paint } from '../../output/style.js';
import { cutTo, widthOf } from '../../output/width.js';
import { keyLine } from '../keys/key-line.js';
import { offers } from '../lines/filter-prompt.js';
import { typedLine } from '../lines/typed-line.js';
import type { ExplorerAction } from './action.js';
import { filterChips, filterNews, noticeLines, pathLine, statusEnd, statusWords } from './chrome.js';
import type { LinePrompt, Prompt } from './prompt.js';
import { type ExplorerState, isTooSmall, placeOf, SMALLEST, stepOf } from './state.js';

export interface ExplorerFrameProps {
  state: ExplorerState;
  actions: readonly ExplorerAction[];
  /** Where the daemon is. */
  daemon: string;
  now: number;
  colour: boolean;
}

/** What the frame says: path and filter, status and keys; below the smallest size every line of the screen. */
export function frameTexts(props: ExplorerFrameProps): readonly string[] {
  const { state, colour } = props;
  const { columns, lines } = state.size;
  if (isTooSmall(state)) {
    const text = `At least ${SMALLEST.columns}×${SMALLEST.lines}, please (q leaves).`;
    const blank = Array.from({ length: lines - 1 }, () => '');
    return [text.slice(0, columns), ...blank];
  }
  const path = pathLine(state, columns, colour);
  return [path, filterChips(state, columns, colour), statusLine(props), footer(props)];
}

export function FrameLine({ text }: { text: string }): ReactElement {
  return <Text wrap="truncate">{text}</Text>;
}

function statusLine({ state, daemon, now, colour }: ExplorerFrameProps): string {
  const { columns } = state.size;
  const typed = promptLine(state.prompt, columns, colour);
  if (typed !== undefined) return typed;
  const [notice] = noticeLines(state, columns);
  if (notice !== undefined) return paint(notice, 'yellow', colour);
  const room = columns - widthOf(statusEnd(state, now)) - 2;
  const { text, alarming } = statusWords(state, { daemon, now, columns: room });
  return paint(cutTo(text, room), alarming ? 'red' : 'dim', colour);
}

/** What changes with every key is put at the right end by whoever puts the frame on the screen, without Ink. */
export function rightEnds({ state, now }: ExplorerFrameProps): { filter: SafeText; status: SafeText } {
  const isSaid = hasLine(state.prompt) || state.notice !== undefined;
  return { filter: filterNews(state), status: isSaid ? ('' as SafeText) : statusEnd(state, now) };
}

function promptLine(prompt: Prompt | undefined, columns: number, colour: boolean): string | undefined {
  if (!hasLine(prompt)) return undefined;
  const words = promptWords(prompt);
  const room = columns - widthOf(words);
  const line = prompt.what === 'password' ? hidden(prompt.line) : prompt.line;
  return `${paint(words, 'bold', colour)}${typedLine(line, room, prompt.fault)}`;
}

/** A form has its line among its fields. */
function hasLine(prompt: Prompt | undefined): prompt is Exclude<LinePrompt, { what: 'form' }> {
  return prompt !== undefined && 'line' in prompt && prompt.what !== 'form';
}

function promptWords(prompt: Exclude<LinePrompt, { what: 'form' }>): SafeText {
  switch (prompt.what) {
    case 'password':
      return prompt.busy
        ? ('Logging in … ' as SafeText)
        : safe`The session has ended. Password of ${escapeText(prompt.email)}: `;
    case 'filter':
      return 'filter: ' as SafeText;
    case 'search':
      return 'search: ' as SafeText;
    case 'palette':
      return ':' as SafeText;
    case 'file':
      return 'write to: ' as SafeText;
    case 'delete':
      return safe`To delete ${escapeText(prompt.type)}:${escapeText(prompt.id)}${becauseOf(prompt)}, type its id: `;
    case 'comment':
      return 'Why (kept with the event): ' as SafeText;
  }
}

/** The reason may be long, and the line is for the id. */
const MOST_REASON = 24;

const becauseOf = ({ comment }: { comment: string }): SafeText =>
  comment === '' ? ('' as SafeText) : safe` (${cutTo(commentText(comment), MOST_REASON)})`;

/** A star for each character. */
function hidden({ text, cursor }: { text: string; cursor: number }) {
  return { text: '*'.repeat(text.length), cursor };
}

/** The keys of this place; under a line that is typed, what is wrong with it or what it could become. */
function footer({ state, actions, colour }: ExplorerFrameProps): string {
  const { columns } = state.size;
  const { prompt } = state;
  const [, more] = noticeLines(state, columns);
  if (more !== undefined && prompt === undefined) return paint(more, 'yellow', colour);
  if (prompt !== undefined && 'line' in prompt && prompt.fault !== undefined) {
    return paint(cutTo(escapeText(prompt.fault.message), columns), 'red', colour);
  }
  const offered = prompt?.what === 'filter' ? offers(prompt, stepOf(state).list.rows) : [];
  if (offered.length > 0) return cutTo(safe`Tab: ${escapeText(offered.join('  '))}`, columns);
  return keyLine({ actions, state, place: placeOf(state), columns, colour });
}
