// The frame of the explorer: path and filter above, status and keys below. What is between is laid in by whoever
// puts the frame on the screen. Pure: shows a state and nothing else.
import { Box, Text } from 'ink';
import type { ReactElement } from 'react';
import { escapeText, type SafeText, safe } from '../../output/escape.js';
import { commentText } from '../../output/event-view.js';
import { paint } from '../../output/style.js';
import { cutTo, widthOf } from '../../output/width.js';
import { keyLine } from '../keys/key-line.js';
import { offers } from '../lines/filter-prompt.js';
import { typedLine } from '../lines/typed-line.js';
import type { ExplorerAction } from './action.js';
import { filterLine, noticeLines, pathLine, statusWords } from './chrome.js';
import { FOOT_LINES, HEAD_LINES } from './layout.js';
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

export function ExplorerFrame(props: ExplorerFrameProps): ReactElement {
  const { state, colour } = props;
  const { columns, lines } = state.size;
  if (isTooSmall(state)) return <TooSmall state={state} />;
  return (
    <Box flexDirection="column" width={columns} height={lines}>
      <Line text={pathLine(state, columns, colour)} />
      <Line text={filterLine(state, columns, colour)} />
      <Box height={lines - HEAD_LINES - FOOT_LINES} />
      <StatusLine {...props} />
      <Line text={footer(props)} />
    </Box>
  );
}

function Line({ text }: { text: string }): ReactElement {
  return (
    <Box height={1}>
      <Text wrap="truncate">{text}</Text>
    </Box>
  );
}

function TooSmall({ state }: { state: ExplorerState }): ReactElement {
  const { columns, lines } = state.size;
  const text = `At least ${SMALLEST.columns}×${SMALLEST.lines}, please (q leaves).`;
  return (
    <Box width={columns} height={lines}>
      <Text wrap="truncate">{text.slice(0, columns)}</Text>
    </Box>
  );
}

function StatusLine({ state, daemon, now, colour }: ExplorerFrameProps): ReactElement {
  const { columns } = state.size;
  const typed = promptLine(state.prompt, columns, colour);
  if (typed !== undefined) return <Line text={typed} />;
  const [notice] = noticeLines(state, columns);
  if (notice !== undefined) return <Line text={paint(notice, 'yellow', colour)} />;
  const { left, right, alarming } = statusWords(state, { daemon, now, columns });
  const room = columns - widthOf(right) - 2;
  const style = alarming ? 'red' : 'dim';
  return (
    <Box height={1} justifyContent="space-between">
      <Text wrap="truncate">{paint(cutTo(left, room), style, colour)}</Text>
      <Text>{right}</Text>
    </Box>
  );
}

function promptLine(prompt: Prompt | undefined, columns: number, colour: boolean): string | undefined {
  // A form has its line among its fields.
  if (prompt === undefined || !('line' in prompt) || prompt.what === 'form') return undefined;
  const words = promptWords(prompt);
  const room = columns - widthOf(words);
  const line = prompt.what === 'password' ? hidden(prompt.line) : prompt.line;
  return `${paint(words, 'bold', colour)}${typedLine(line, room, prompt.fault)}`;
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
