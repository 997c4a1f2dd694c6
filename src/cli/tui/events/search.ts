// Searching the rows that are held. Pure.
import type { DataEvent } from '../../../shared/data-event.js';
import { COLUMN_NAMES, contentColumn } from './columns.js';
import type { EventList } from './event-list.js';

/** What a search comes to: the row to go to, if there is one, and what is to be said. */
export interface Found {
  selected: number | undefined;
  notice: string | undefined;
}

/** Whether a row shows the text; capital letters matter only if the text has some. */
export function holds(row: DataEvent, search: string): boolean {
  const exact = search !== search.toLowerCase();
  return COLUMN_NAMES.some(name => {
    if (name === 'time') return false;
    const cell = contentColumn(name).cell(row);
    return (exact ? cell : cell.toLowerCase()).includes(search);
  });
}

/** The next row that holds the text, from `start` on in one direction and round. */
export function found({ rows }: Pick<EventList, 'rows'>, search: string, start: number, way: 1 | -1): Found {
  for (let step = 0; step < rows.length; step += 1) {
    const index = (((start + way * step) % rows.length) + rows.length) % rows.length;
    const row = rows[index];
    if (row === undefined || !holds(row, search)) continue;
    const wentRound = way === 1 ? index < start : index > start;
    return { selected: index, notice: wentRound ? 'The search went round.' : undefined };
  }
  return {
    selected: undefined,
    notice: `No loaded row has "${search}"; f filters the whole log.`,
  };
}
