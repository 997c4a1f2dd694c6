// What the world tells the table: pages, new events, the connection, the size of the terminal. Pure: state in,
// state out.
import type { Related } from '../events/detail-lines.js';
import { type ListHappening, listHappened } from '../events/list-happenings.js';
import type { TerminalHappening } from '../show.js';
import type { TerminalSize } from '../terminal/terminal.js';
import { bodyLines, isTooSmall, settled, type TableState } from './state.js';

/** Something that happened outside. */
export type Happening =
  | ListHappening
  | { what: 'related'; related: Related }
  | { what: 'notice'; notice: string }
  | TerminalHappening;

export function happened(state: TableState, happening: Happening): TableState {
  switch (happening.what) {
    case 'related':
      return happening.related.seq === state.detail?.seq ? { ...state, related: happening.related } : state;
    case 'notice':
      return { ...state, notice: happening.notice };
    case 'resized':
      return resized(state, happening.size);
    case 'interrupted':
      return { ...state, ended: 'interrupted' };
    default:
      if (happening.epoch !== state.epoch) return state;
      return listHappened(state, happening, { settle: settled, lines: bodyLines(state) });
  }
}

function resized(state: TableState, size: TerminalSize): TableState {
  const next = { ...state, size };
  if (isTooSmall(next)) return next;
  return settled({
    ...next,
    height: Math.min(next.height, Math.floor((size.lines * next.heightPercent) / 100)),
  });
}
