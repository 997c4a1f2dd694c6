// Logs to tamper with: as they were after each so many events, each a database of its own in memory.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import type { LogStore } from '#src/daemon/audit/log-store.js';
import { openSqliteLogStore } from '#src/daemon/audit/sqlite-log-store.js';
import { verifySigned } from '#src/daemon/audit/verify/verify-signed.js';
import type { Sqlite } from '#src/daemon/sqlite.js';
import type { PendingEvent } from '#src/shared/data-event.js';
import type { NoteSigner } from '#src/shared/log/signed-note.js';
import type { LogVerdict } from '#src/shared/verification.js';
import { temporaryDirectory } from '../../temporary-directory.js';
import { anyEventParts, eventId } from '../example-events.js';

/** A log as it was at one moment. */
export interface LogState {
  size: number;
  /** The checkpoint of that moment. */
  note: string;
  file: Buffer;
}

/** An actor and a target that have so much to do that statistics are kept of them. */
const BUSY = [
  { actorType: 'users', actorId: '1' },
  { targetType: 'notes', targetId: '1' },
];

/** Random events with every part that one can have. */
export function randomEvents(count: number, seed: number): PendingEvent[] {
  return fc
    .sample(anyEventParts, { numRuns: count, seed })
    .map(
      (parts, index) =>
        ({ ...parts, ...BUSY[index % 2], redactions: undefined, id: eventId(index + 1) }) as PendingEvent,
    )
    .map(({ redactions: _, ...event }) => event);
}

/**
 * The states of a log of `events`, after each of `counts` of them.
 * @param afterwards does more to the log before each state is kept; `place` is that of the state
 */
export async function logStates(
  events: readonly PendingEvent[],
  counts: readonly number[],
  signer: NoteSigner,
  afterwards: (store: LogStore, place: number) => Promise<unknown> = async () => undefined,
): Promise<LogState[]> {
  const dir = temporaryDirectory();
  const file = join(dir, 'audit.db');
  const states: LogState[] = [];
  let now = 1_700_000_000_000;
  const store = openSqliteLogStore({ file, signer, clock: () => (now += 3) });
  let done = 0;
  for (const [place, count] of counts.entries()) {
    const head = await store.head();
    await store.append(head.size, events.slice(done, count), null);
    done = count;
    await afterwards(store, place);
    const { size } = await store.sign();
    const db = new Database(file);
    db.pragma('wal_checkpoint(TRUNCATE)');
    states.push({ size, note: noteIn(db)!, file: inMemory(db.serialize()) });
    db.close();
  }
  store.close();
  rmSync(dir, { recursive: true });
  return states;
}

/** Without the mark of a write-ahead log, which there is none of in memory (SQLite file format, 1.3). */
function inMemory(file: Buffer): Buffer {
  file.fill(1, 18, 20);
  return file;
}

export function noteIn(db: Sqlite): string | undefined {
  return db.prepare<[], string>('SELECT note FROM checkpoint').pluck().get();
}

/** What a verification of `db` comes to, with checkpoints that were kept elsewhere. */
export function verdictOn(db: Sqlite, signer: NoteSigner, ...kept: string[]): LogVerdict {
  const steps = verifySigned({
    db,
    verifier: signer.verifier,
    note: noteIn(db),
    kept: kept.map(note => ({ name: 'The checkpoint that was kept', note, isKept: true })),
  });
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
