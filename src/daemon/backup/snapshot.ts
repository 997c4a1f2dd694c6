// Both databases at one moment, held while a daemon goes on writing, and the keys of that moment. What the log does
// not hold then is in the outbox, so together they are what a crash at that moment would have left.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { QueueMismatch } from '../../shared/queue.js';
import { outboxOf } from '../data/outbox.js';
import { openForReading, type Sqlite } from '../sqlite.js';

export interface Snapshot {
  /** In read transactions of one moment. */
  data: Sqlite;
  audit: Sqlite;
  instance: string;
  /** Events in the log, and those that wait in the outbox. */
  events: number;
  pending: number;
  /** The newest checkpoint, a signed note. */
  checkpoint: string | null;
  close(): void;
}

export interface SnapshotPlaces {
  dataDb: string;
  auditDb: string;
  keys: string;
}

/** How often a moment is sought while the daemon prunes the outbox or rotates a key between two looks. */
const TRIES = 1_000;

/**
 * Holds both databases as they are now. `copyKeys` is called at that moment, and again for another one if keys have
 * come or gone meanwhile.
 * @throws QueueMismatch if the two do not belong together
 */
export async function holdMoment(
  { dataDb, auditDb, keys }: SnapshotPlaces,
  copyKeys: () => Promise<void>,
): Promise<Snapshot> {
  const data = openForReading(dataDb);
  const audit = openForReading(auditDb);
  const close = () => {
    audit.close();
    data.close();
  };
  try {
    for (let triesLeft = TRIES; ; triesLeft -= 1) {
      const keysBefore = keyNames(keys);
      try {
        const held = await hold(data, audit);
        await copyKeys();
        if (keyNames(keys).join('\n') === keysBefore.join('\n') || triesLeft === 0) {
          return { data, audit, ...held, close };
        }
      } catch (error) {
        if (!(error instanceof QueueMismatch) || triesLeft === 0) throw error;
      }
      for (const db of [data, audit]) if (db.inTransaction) db.exec('COMMIT');
    }
  } catch (error) {
    close();
    throw error;
  }
}

/** The log first: what it does not hold is in the outbox, unless it is stored and pruned in between. */
async function hold(data: Sqlite, audit: Sqlite): Promise<Omit<Snapshot, 'data' | 'audit' | 'close'>> {
  audit.exec('BEGIN');
  const head = audit
    .prepare<[], { size: number; cursor: string | null }>('SELECT size, cursor FROM head')
    .get() ?? { size: 0, cursor: null };
  data.exec('BEGIN');
  const outbox = outboxOf(data);
  await outbox.read(head.cursor, 1);
  return {
    instance: data.prepare<[], string>("SELECT value FROM meta WHERE key = 'instance'").pluck().get()!,
    events: head.size,
    pending: outbox.tail().total - outbox.locate(head.cursor).total,
    checkpoint: audit.prepare<[], string>('SELECT note FROM checkpoint').pluck().get() ?? null,
  };
}

/** The files below `keys`, by their paths relative to it; files that are just being written are none yet. */
export function keyNames(keys: string): string[] {
  return readdirSync(keys, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && !entry.name.endsWith('.tmp'))
    .map(entry => join(entry.parentPath, entry.name).slice(keys.length + 1))
    .sort();
}
