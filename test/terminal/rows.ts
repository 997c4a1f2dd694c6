// The rows of events that a screen shows, compared with those that the API gives.
import * as assert from 'uvu/assert';
import type { DataEvent } from '#src/shared/data-event.js';

/** Of the explorer the pane of the events, which is the left one. */
const PANE_EDGE = /│/;
const ROW = /^[▌ ][ ●*].*\bchanged\b.*files:(f\d{4})/;

/** The rows on the screen are those of the list, around the place where the status line says the cursor is. */
export function assertRows(text: string, list: readonly DataEvent[]): void {
  const lines = text.split('\n').map(line => line.split(PANE_EDGE)[0] ?? '');
  const rows = lines.filter(line => ROW.test(line));
  const at = rows.findIndex(row => row.startsWith('▌'));
  const [, position = ''] = / (\d+)\/\d+\+?(?: +\d\d:\d\d)?$/m.exec(text) ?? [];
  const first = Number(position) - 1 - at;
  assert.ok(rows.length > 0 && at >= 0, text);
  assert.equal(
    rows.map(row => ROW.exec(row)?.[1]),
    list.slice(first, first + rows.length).map(({ targetId }) => targetId),
    text,
  );
}
