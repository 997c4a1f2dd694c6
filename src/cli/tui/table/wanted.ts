// What the state of a table lacks, if anything: the loader asks for it. Pure, so that a test can say what a key
// makes the program ask.
import { type Asked, isAtHead, newerEdge, olderEdge } from './event-window.js';
import { bodyLines, isTooSmall, MOST_SORTED, type TableState } from './state.js';

export interface Wanted {
  /** Where the stretch goes. */
  place: 'start' | 'end' | 'older' | 'newer';
  asked: Asked;
}

/** Rows that are kept loaded past each end of what is shown, in screens. */
const SCREENS_AHEAD = 4;

export function wantedRows(state: TableState): Wanted | undefined {
  if (state.fault !== undefined || state.ended !== undefined || isTooSmall(state)) return undefined;
  const { sort, window, rows } = state;
  if (!state.loaded) {
    return { place: 'start', asked: { start: sort.by === 'time' ? sort.order : 'desc' } };
  }
  const older = olderEdge(window);
  const newer = newerEdge(window);
  const olderWanted = (): Wanted | undefined =>
    older === null ? undefined : { place: 'older', asked: older };
  const newerWanted = (): Wanted | undefined =>
    newer === null ? undefined : { place: 'newer', asked: newer };
  if (sort.by !== 'time') return rows.length < MOST_SORTED ? olderWanted() : undefined;

  const [up, down] = sort.order === 'desc' ? [newerWanted, olderWanted] : [olderWanted, newerWanted];
  if (state.jump === 'start') return { place: 'start', asked: { start: sort.order } };
  if (state.jump === 'end') {
    return { place: 'end', asked: { start: sort.order === 'desc' ? 'asc' : 'desc' } };
  }
  const ahead = bodyLines(state) * SCREENS_AHEAD;
  if (state.top + bodyLines(state) + ahead > rows.length) {
    const wanted = down();
    if (wanted !== undefined) return wanted;
  }
  return state.top < ahead ? up() : undefined;
}

/** Whether the last row of the table is loaded. */
export function isAtBottom({ loaded, sort, window }: TableState): boolean {
  if (!loaded) return false;
  if (sort.by !== 'time') return true;
  return sort.order === 'desc' ? olderEdge(window) === null : newerEdge(window) === null;
}

/** Whether the first row of the table is loaded. */
export function isAtTop({ loaded, sort, window }: TableState): boolean {
  if (!loaded) return false;
  if (sort.by !== 'time') return true;
  return sort.order === 'desc' ? isAtHead(window) : olderEdge(window) === null;
}
