// Where the panes are, on a screen of any size. Pure.
import type { TerminalSize } from '../terminal/terminal.js';
import { PANES, type Pane } from './pane.js';

/** A part of the body; cells count from 0, the title of the pane is its first line. */
export interface Rect {
  column: number;
  line: number;
  columns: number;
  lines: number;
}

/** The panes that there is room for. */
export type Layout = { events: Rect } & Partial<Record<Pane, Rect>> & {
    /** The one that has the whole of it, over the others. */
    only?: Pane;
  };

/** Lines around the panes: path and filter above, status and keys below. */
export const HEAD_LINES = 2;
export const FOOT_LINES = 2;

/** From here on panes stand side by side. */
const WIDE: TerminalSize = { columns: 110, lines: 24 };

/** What is not beside the panes: the whole body. */
export function bodyRect({ columns, lines }: TerminalSize): Rect {
  return { column: 0, line: HEAD_LINES, columns, lines: Math.max(1, lines - HEAD_LINES - FOOT_LINES) };
}

/** The pane that is seen in a place of the screen. */
export function paneAt(layout: Layout, { column, line }: { column: number; line: number }): Pane | undefined {
  return PANES.find(pane => {
    const rect = shownRect(layout, pane);
    if (rect === undefined) return false;
    const across = column >= rect.column && column < rect.column + rect.columns;
    return across && line >= rect.line && line < rect.line + rect.lines;
  });
}

/** Where a pane is seen, if it is. */
export function shownRect(layout: Layout, pane: Pane): Rect | undefined {
  return layout.only === undefined || layout.only === pane ? layout[pane] : undefined;
}

/** @param pane where the keys go: a small screen shows it below the events */
export function layoutOf(size: TerminalSize, pane: Pane, undecorated = false): Layout {
  const body = bodyRect(size);
  if (undecorated) return { events: body, [pane]: body, only: pane };
  return size.columns >= WIDE.columns && size.lines >= WIDE.lines ? wide(body) : narrow(body, pane);
}

function wide(body: Rect): Layout {
  const left = Math.floor(body.columns * 0.58);
  const low = Math.max(7, Math.min(14, Math.floor(body.lines * 0.3)));
  const high = body.lines - low;
  const right = { column: left + 1, columns: body.columns - left - 1 };
  const detail = Math.ceil(body.lines * 0.58);
  return {
    events: { column: 0, line: body.line, columns: left - 1, lines: high },
    busiest: { column: 0, line: body.line + high, columns: left - 1, lines: low },
    detail: { ...right, line: body.line, lines: detail },
    record: { ...right, line: body.line + detail, lines: body.lines - detail },
  };
}

function narrow(body: Rect, pane: Pane): Layout {
  const high = Math.ceil(body.lines * 0.55);
  const below = pane === 'events' ? 'detail' : pane;
  return {
    events: { ...body, lines: high },
    [below]: { ...body, line: body.line + high, lines: body.lines - high },
  };
}
