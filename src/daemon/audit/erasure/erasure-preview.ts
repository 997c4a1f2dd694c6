// What an erasure would take away, counted from the events as they are.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { matches } from '../../../shared/audit-filter.js';
import type { DataEvent } from '../../../shared/data-event.js';
import { partsOf, slotsOf } from '../../../shared/log/leaf-parts.js';
import { eventJson } from '../event-json.js';
import type { EventRow } from '../event-rows.js';
import { scanLog } from '../log-scan.js';
import type { LogView } from '../log-view.js';
import { isControlEvent } from './control-events.js';
import { isErasable, isWanted } from './erasable.js';
import type { ErasurePreview, ErasureQuestion } from './order.js';

/** Events that are read at a time. */
const SLICE = 200;

/** Most paths that are told apart: beyond it, those of one group are one. */
const MAX_PATHS = 500;

export async function erasurePreview(
  view: LogView,
  { filters, seqs = [], paths, after: from = 0, through, only }: ErasureQuestion,
): Promise<ErasurePreview> {
  const counts = new Map<string, number>();
  let events = 0;

  function take(row: EventRow, earlier: ErasureQuestion['filters']): void {
    if (row[0] > through) return;
    const event = JSON.parse(eventJson(row, view.terms, true)) as DataEvent;
    if (earlier.some(filter => matches(event, filter))) return;
    if (only !== undefined && isControlEvent(event) !== (only === 'control')) return;
    const going = slotsOf(partsOf(event)).filter(
      slot => isWanted(slot.path, paths) && isErasable(slot, event),
    );
    if (going.length > 0) events += 1;
    for (const path of new Set(going.map(slot => known(slot.path))))
      counts.set(path, (counts.get(path) ?? 0) + 1);
  }

  /** Values of one group are counted together once there are very many of them. */
  function known(path: string): string {
    const [, group] = path.split('/');
    return counts.has(path) || counts.size < MAX_PATHS ? path : `/${group}`;
  }

  for (const [index, filter] of filters.entries()) {
    for (let after = from; after < through; ) {
      const { rows, scannedThrough } = scanLog(view, after, filter, SLICE);
      for (const row of rows) take(row, filters.slice(0, index));
      if (scannedThrough === after) break;
      after = scannedThrough;
      await nextTurn();
    }
  }
  for (const row of view.events.bySeqs(seqs.filter(seq => seq <= through))) take(row, filters);
  const values = [...counts].map(([path, count]) => ({ path, events: count }));
  return { events, values: values.sort((a, b) => b.events - a.events || (a.path < b.path ? -1 : 1)) };
}
