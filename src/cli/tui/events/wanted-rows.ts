// What a list of events lacks, if anything: the loader asks for it. Pure, so that a test can say what a key makes
// the program ask.
import { type EventList, newestFirst } from './event-list.js';
import { type Asked, isAtHead, newerEdge, olderEdge } from './event-window.js';

export interface WantedRows {
  /** Where the stretch goes. */
  place: 'start' | 'end' | 'time' | 'older' | 'newer';
  asked: Asked;
}

/** Rows that are kept loaded past each end of what is shown, in screens; and at least, away from the top, where somebody scrolls. */
const SCREENS_AHEAD = 4;
const ROWS_AHEAD = 200;

/** Most rows that are loaded to sort by something else than the time. */
export const MOST_SORTED = 10_000;

/** @param lines how many rows are shown at once */
export function wantedRows(list: EventList, lines: number): WantedRows | undefined {
  if (list.fault !== undefined) return undefined;
  const { sort, window, rows } = list;
  if (!list.loaded) {
    return { place: 'start', asked: { start: sort.by === 'time' ? sort.order : 'desc' } };
  }
  const older = olderEdge(window);
  const newer = newerEdge(window);
  const olderWanted = (): WantedRows | undefined =>
    older === null ? undefined : { place: 'older', asked: older };
  const newerWanted = (): WantedRows | undefined =>
    newer === null ? undefined : { place: 'newer', asked: newer };
  if (sort.by !== 'time') return rows.length < MOST_SORTED ? olderWanted() : undefined;

  const [up, down] = sort.order === 'desc' ? [newerWanted, olderWanted] : [olderWanted, newerWanted];
  const jump = jumpWanted(list);
  if (jump !== undefined) return jump;
  const ahead = Math.max(lines * SCREENS_AHEAD, list.top > 0 ? ROWS_AHEAD : 0);
  const below = rows.length - list.top - lines;
  const sides = [
    { rows: below, wanted: down },
    { rows: list.top, wanted: up },
  ];
  // First where one comes to the end soonest.
  if (list.top < below) sides.reverse();
  for (const side of sides) {
    const wanted = side.rows < ahead ? side.wanted() : undefined;
    if (wanted !== undefined) return wanted;
  }
  return undefined;
}

function jumpWanted({ jump, ...list }: EventList): WantedRows | undefined {
  if (jump === undefined || list.sort.by !== 'time') return undefined;
  const { order } = list.sort;
  if (jump === 'start') return { place: 'start', asked: { start: order } };
  if (jump === 'end') return { place: 'end', asked: { start: order === 'desc' ? 'asc' : 'desc' } };
  if (jump.after) return { place: 'time', asked: { since: jump.time } };
  return {
    place: 'time',
    asked: newestFirst(list) ? { until: jump.time + 1 } : { since: jump.time - 1 },
  };
}

/** Whether the last row of the list is loaded. */
export function isAtBottom({ loaded, sort, window }: EventList): boolean {
  if (!loaded) return false;
  if (sort.by !== 'time') return true;
  return sort.order === 'desc' ? olderEdge(window) === null : newerEdge(window) === null;
}

/** Whether the first row of the list is loaded. */
export function isAtTop({ loaded, sort, window }: EventList): boolean {
  if (!loaded) return false;
  if (sort.by !== 'time') return true;
  return sort.order === 'desc' ? isAtHead(window) : olderEdge(window) === null;
}
