// What is between the head and the foot, as rows of segments: the panes side by side, or what is open over them.
import type { SafeText } from '../../output/escape.js';
import { paint } from '../../output/style.js';
import { createEventLines } from '../events/event-lines.js';
import { helpLines } from '../keys/help-lines.js';
import { scrollNote } from '../lines/scroll-note.js';
import type { ScreenRow, Segment } from '../terminal/screen-painter.js';
import type { ExplorerAction } from './action.js';
import { block } from './block.js';
import { busiestPane } from './busiest-pane.js';
import { createDetailPane } from './detail-pane.js';
import { eventPane } from './event-pane.js';
import { bodyRect, layoutOf, type Rect, shownRect } from './layout.js';
import type { OpenView } from './open-view.js';
import { overlayView } from './overlay-lines.js';
import { PANES, type Pane } from './pane.js';
import { paneTitle } from './pane-title.js';
import { promptView } from './prompt-lines.js';
import { recordPane } from './record-pane.js';
import { type ExplorerState, type Place, placeOf, stepOf } from './state.js';

export interface Body {
  /** As many rows as the body has lines. */
  rows(state: ExplorerState, now: number): ScreenRow[];
}

export interface BodyOptions {
  colour: boolean;
  actions: readonly ExplorerAction[];
}

/** The keys of the place where one is come first. */
const HELP_SECTIONS: readonly { title: string; place: Place }[] = [
  { title: 'In the events', place: 'events' },
  { title: 'In the busiest', place: 'busiest' },
  { title: 'In the record', place: 'record' },
  { title: 'Through time', place: 'scrubber' },
  { title: 'In a history', place: 'history' },
  { title: 'When, as bars', place: 'histogram' },
  { title: 'How much of what', place: 'counts' },
  { title: 'In the filter line', place: 'filter' },
  { title: 'In a form', place: 'form' },
];

export function createBody({ colour, actions }: BodyOptions): Body {
  const eventLines = createEventLines({ colour });
  const detail = createDetailPane({ colour });

  function paneLines(pane: Pane, rect: Rect, state: ExplorerState, now: number): string[] {
    const options = { state, rect, now, colour };
    switch (pane) {
      case 'events':
        return eventPane(options, eventLines);
      case 'detail':
        return detail.lines(options);
      case 'record':
        return recordPane(options);
      case 'busiest':
        return busiestPane(options);
    }
  }

  function paneRows(state: ExplorerState, now: number): ScreenRow[] {
    const body = bodyRect(state.size);
    const rows: Segment[][] = Array.from({ length: body.lines }, () => []);
    const layout = layoutOf(state.size, stepOf(state).pane, state.undecorated);
    for (const pane of PANES) {
      const rect = shownRect(layout, pane);
      if (rect === undefined) continue;
      for (const [index, text] of paneLines(pane, rect, state, now).entries()) {
        const row = rows[rect.line - body.line + index];
        if (rect.column > 0)
          row?.push({ column: rect.column - 1, text: paint('│' as SafeText, 'dim', colour) });
        row?.push({ column: rect.column, text });
      }
    }
    return rows.map(row => row.toSorted((a, b) => a.column - b.column));
  }

  function whole(
    state: ExplorerState,
    { title, ending = '', lines, chosen, scroll = 0, beside }: OpenView,
  ): ScreenRow[] {
    const body = bodyRect(state.size);
    const room = body.lines - 1;
    const wanted = chosen === undefined ? scroll : Math.max(0, chosen - Math.floor(room / 2));
    const longest = Math.max(lines.length, beside === undefined ? 0 : beside.line + beside.lines.length);
    const first = Math.min(wanted, Math.max(0, longest - room));
    const note = scrollNote(longest, first, room);
    const head = paneTitle({ title, ending, note, columns: body.columns, focused: true, colour });
    const rows: Segment[][] = [head, ...block(lines, room, first)].map(text => [{ column: 0, text }]);
    for (const [index, text] of (beside?.lines ?? []).entries()) {
      const row = rows[1 + (beside?.line ?? 0) + index - first];
      if (index + (beside?.line ?? 0) >= first) row?.push({ column: beside?.column ?? 0, text });
    }
    return rows;
  }

  return {
    rows(state, now) {
      const { prompt } = state;
      const { overlay } = stepOf(state);
      const { columns } = state.size;
      if (prompt?.what === 'help') {
        const here = placeOf({ ...state, prompt: undefined });
        const sections = HELP_SECTIONS.toSorted(
          (a, b) => Number(b.place === here) - Number(a.place === here),
        );
        const lines = helpLines({ actions, sections, here, state, columns, colour });
        return whole(state, { title: 'Keys', lines, scroll: prompt.scroll });
      }
      const over =
        prompt === undefined ? undefined : promptView(state, prompt, { columns, now, colour, actions });
      if (over !== undefined) return whole(state, over);
      if (overlay === undefined) return paneRows(state, now);
      return whole(state, overlayView(state, overlay, { columns, now, colour }));
    },
  };
}
