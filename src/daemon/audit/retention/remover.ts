// Removes what was announced from the beginning of the log, for its one writer: a bounded part at a time, each in a
// transaction of its own that leaves a whole log which begins a little later. So an append waits for one part at most, and
// after a crash the next part goes on where the log begins.
import type { PendingEvent } from '../../../shared/data-event.js';
import { rootAt } from '../../../shared/log/merkle-tree.js';
import { subtreesOf } from '../../../shared/log/tiles.js';
import { uuidV7 } from '../../../shared/uuid-v7.js';
import type { Sqlite } from '../../sqlite.js';
import { createOrderTable } from '../erasure/order-table.js';
import { countPending } from '../stats/count-pending.js';
import { createStoredEvents } from '../stored-event.js';
import type { TermBatch } from '../term-batch.js';
import { createTermReader } from '../term-reader.js';
import { createTileReader } from '../tile-reader.js';
import { uuidToBytes } from '../uuid-bytes.js';
import { removalIn } from './announcement.js';
import { removalReader, removalWriter } from './removal-state.js';
import { isReportedId } from './reported-ids.js';
import { createRollupRemover } from './rollup-remover.js';
import { createTermRemover } from './term-remover.js';

/** Events of one part: tens of milliseconds. */
const PART = 250;

export interface Remover {
  /**
   * Takes note of an event that was just appended as `seq`, in the transaction of the append and with the tree written:
   * if it announces a removal that fits the log, that is due from now on.
   */
  hear(event: PendingEvent, seq: number): void;
  /** Removes the next part, if any is left to remove; with the last, what it leaves behind is ordered to be tidied. */
  step(): void;
}

export function createRemover(db: Sqlite, batch: Pick<TermBatch, 'forget'>, now: () => number): Remover {
  const state = removalReader(db);
  const write = removalWriter(db);
  const subtrees = subtreesOf(createTileReader(db));
  const stored = createStoredEvents(db, createTermReader(db));
  const dropEvents = db.prepare<[number]>('DELETE FROM events WHERE seq <= ?');
  const dropSeals = db.prepare<[number]>('DELETE FROM seals WHERE seq <= ?');
  const dropSetAside = db.prepare<[number]>('DELETE FROM set_aside WHERE seq <= ?');
  const keepId = db.prepare<[Buffer]>('INSERT INTO removed_ids (id) VALUES (?)');
  const findTerm = db
    .prepare<[number, string], number>('SELECT id FROM terms WHERE kind = ? AND value = ?')
    .pluck();
  const terms = createTermRemover(db, batch);
  const rollups = createRollupRemover(db);
  const orders = createOrderTable(db);
  const known = (kind: number, value: string) => {
    const id = findTerm.get(kind, value);
    if (id === undefined)
      throw new Error(`audit.db is damaged: the index does not know ${JSON.stringify(value)}.`);
    return id;
  };

  function removePart(removed: number, announced: number): { last: number; occurrences: number } {
    const part = stored(removed, Math.min(PART, announced - removed));
    const last = part.at(-1)?.event.seq;
    if (last === undefined || last - removed !== part.length)
      throw new Error(`audit.db is damaged: it lacks an event after ${removed}.`);
    let occurrences = 0;
    for (const { event } of part) {
      occurrences += event.count ?? 1;
      rollups.take(countPending(event, known));
      terms.take(event, event.seq);
      const id = uuidToBytes(event.id)!;
      if (isReportedId(id)) keepId.run(id);
    }
    rollups.flush(terms.flush());
    dropEvents.run(last);
    dropSeals.run(last);
    dropSetAside.run(last);
    return { last, occurrences };
  }

  return {
    hear(event, seq) {
      const removal = removalIn(event);
      if (removal === undefined) return;
      const { removed, announced, occurrences } = state();
      // One that was made twice, or of another log, announces nothing.
      if (removed < announced || removal.first !== removed + 1 || removal.last >= seq) return;
      const root = Buffer.from(rootAt(removal.last, subtrees)).toString('base64');
      if (root !== removal.root) return;
      write({ removed, announced: removal.last, announcedBy: seq, before: removal.before, occurrences });
    },
    step() {
      const before = state();
      if (before.removed === before.announced) return;
      try {
        db.transaction(() => {
          const { last, occurrences } = removePart(before.removed, before.announced);
          write({ ...before, removed: last, occurrences: before.occurrences + occurrences });
          if (last === before.announced) orders.tidy(uuidV7(now()));
        }).immediate();
      } catch (error) {
        terms.discard();
        rollups.discard();
        throw error;
      }
    },
  };
}
