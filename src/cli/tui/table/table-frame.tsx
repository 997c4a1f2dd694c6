// The frame of the interactive table: titles above the rows, status and keys below. The rows themselves are put
// between by whoever puts the frame on the screen. Pure: shows a state and nothing else.
import { Box, Text } from 'ink';
import type { ReactElement } from 'react';
import { formatFilterLine } from '../../filter-line.js';
import { escapeText, joinSafe, type SafeText, safe } from '../../output/escape.js';
import { paint } from '../../output/style.js';
import { cutTo, widthOf, withoutMiddle } from '../../output/width.js';
import { isAtBottom } from '../events/wanted-rows.js';
import { keyLine } from '../keys/key-line.js';
import { typedLine } from '../lines/typed-line.js';
import type { TableAction } from './action.js';
import { offered } from './prompts.js';
import { bodyLines, isTooSmall, type Place, placeOf, SMALLEST, type TableState } from './state.js';

export interface TableFrameProps {
  state: TableState;
  /** With the keys that they have here. */
  actions: readonly TableAction[];
  /** The titles of the columns, composed. */
  head: string;
  /** How much of what is open is not shown. */
  note: string;
  /** Ids of the row under the cursor that there is no room for. */
  cutIds: readonly SafeText[];
  colour: boolean;
}

/** The whole region, or what is above and below the rows, where there are some to be put between. */
export function TableFrame(props: TableFrameProps): ReactElement {
  const { state } = props;
  if (isTooSmall(state)) return <TooSmall state={state} />;
  const message = bodyMessage(state);
  return (
    <Box flexDirection="column" width={state.size.columns}>
      <Line text={titleLine(props)} />
      {message === undefined ? null : (
        <Box height={bodyLines(state)} justifyContent="center" alignItems="center">
          <Text wrap="wrap">{message}</Text>
        </Box>
      )}
      <StatusLine {...props} />
      <KeyLine {...props} />
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

function TooSmall({ state }: { state: TableState }): ReactElement {
  const { columns, lines } = SMALLEST;
  return (
    <Text wrap="truncate">
      {`At least ${columns}×${lines}, please (q leaves).`.slice(0, state.size.columns)}
    </Text>
  );
}

function titleLine({ state, head, note, colour }: TableFrameProps): string {
  const titles: Partial<Record<Place, string>> = {
    detail: `Event ${state.detail?.seq ?? ''}`,
    help: 'Keys',
    columns: 'Columns',
    sort: 'Sort by',
  };
  const title = titles[placeOf(state)];
  if (title === undefined) return head;
  const more = note === '' ? '' : `  ${paint(note as SafeText, 'dim', colour)}`;
  return `${paint(title as SafeText, 'bold', colour)}${more}`;
}

/** What stands in place of rows, when there are none: what happened, and what to do next. */
export function bodyMessage(state: TableState): string | undefined {
  if (state.rows.length > 0 || !['table', 'search', 'filter'].includes(placeOf(state))) return undefined;
  if (state.fault !== undefined) return `${escapeText(state.fault)} ${nextOf(state)}, q leaves.`;
  if (!state.loaded) return 'Asking the daemon …';
  if (!isAtBottom(state)) return 'Looking through the log …';
  if (formatFilterLine(state.filter) === '') return 'The log is empty. F shows what comes.';
  const why = state.hints.map(hint => `${hint} `).join('');
  return `No event matches. ${escapeText(why)}f changes the filter, F shows what comes.`;
}

/** What to do about a fault. */
const nextOf = ({ refused }: TableState) => (refused ? 'f changes the filter' : 'r asks again') as SafeText;

function StatusLine({ state, cutIds, colour }: TableFrameProps): ReactElement {
  const { prompt } = state;
  if (prompt !== undefined && 'line' in prompt) {
    const words = `${prompt.what}: ` as SafeText;
    const room = state.size.columns - widthOf(words);
    return <Line text={`${paint(words, 'bold', colour)}${typedLine(prompt.line, room, prompt.fault)}`} />;
  }
  const right = rightStatus(state);
  const room = state.size.columns - widthOf(right) - 1;
  return (
    <Box height={1} justifyContent="space-between">
      <Text wrap="truncate">{leftStatus(state, { cutIds, room, colour })}</Text>
      <Text>{right}</Text>
    </Box>
  );
}

/** A notice, a fault, else what is filtered. */
function leftStatus(
  state: TableState,
  { cutIds, room, colour }: Pick<TableFrameProps, 'cutIds' | 'colour'> & { room: number },
): string {
  const { notice, fault, following, unseen } = state;
  if (notice !== undefined) return paint(cutTo(escapeText(notice), room), 'yellow', colour);
  if (fault !== undefined && state.rows.length > 0) {
    return paint(cutTo(safe`${escapeText(fault)} ${nextOf(state)}.`, room), 'red', colour);
  }
  if (following === 'lost') {
    return paint(
      cutTo('The connection is lost; what is shown stays, and it is tried again.' as SafeText, room),
      'red',
      colour,
    );
  }
  const news = unseen > 0 ? `↑ ${unseen.toLocaleString('en-US')} new  ` : '';
  const said = filterAndIds(state, cutIds, room - widthOf(news as SafeText));
  const text = safe`${news as SafeText}${said}`;
  return paint(cutTo(text, room), news === '' ? 'dim' : 'yellow', colour);
}

/** Of the room, what is filtered may take as much when an id that is cut has to be told beside it. */
const FILTER_SHARE = 0.4;

/** What is filtered; and the ids for which the row has no room, whole as long as there is room for them here. */
function filterAndIds(state: TableState, cutIds: readonly SafeText[], room: number): SafeText {
  const filter = formatFilterLine(state.filter);
  const words = escapeText(filter === '' ? 'all events' : filter);
  if (cutIds.length === 0) return words;
  const ids = joinSafe([...cutIds], '  ');
  const share = Math.max(Math.floor(room * FILTER_SHARE), room - widthOf(ids) - 2);
  const shown = cutTo(words, share);
  return safe`${shown}  ${withoutMiddle(ids, Math.max(1, room - widthOf(shown) - 2))}`;
}

/** Where one is, and what goes on. */
function rightStatus(state: TableState): SafeText {
  const parts = [
    state.stale ? 'the log is catching up' : '',
    state.jump !== undefined || state.owed !== undefined || !state.loaded ? '…' : '',
    state.following === 'starting' ? 'connecting …' : '',
    state.following === 'on' ? '● following' : '',
    state.search === '' ? '' : `/${state.search}`,
    position(state),
  ];
  return cutTo(escapeText(parts.filter(part => part !== '').join('  ')), Math.floor(state.size.columns / 2));
}

function position(state: TableState): string {
  const number = (count: number) => count.toLocaleString('en-US');
  const { above, rows, selected } = state;
  if (rows.length === 0) return '0';
  if (above === undefined) return isAtBottom(state) ? `${number(rows.length - selected)} from the end` : '…';
  const total = number(above + rows.length);
  return `${number(above + selected + 1)}/${total}${isAtBottom(state) ? '' : '+'}`;
}

/** The keys of this place; under a line that is typed, what is wrong with it or what it could become. */
function KeyLine({ state, actions, colour }: TableFrameProps): ReactElement {
  const { columns } = state.size;
  const { prompt } = state;
  if (prompt !== undefined && 'line' in prompt && prompt.fault !== undefined) {
    return <Line text={paint(cutTo(escapeText(prompt.fault.message), columns), 'red', colour)} />;
  }
  const words = offered(state);
  if (words.length > 0) {
    return <Line text={cutTo(safe`Tab: ${escapeText(words.join('  '))}`, columns)} />;
  }
  return <Line text={keyLine({ actions, state, place: placeOf(state), columns, colour })} />;
}
