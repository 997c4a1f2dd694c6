// Logs whose beginning is removed, for tests: events of long ago, and what announces their removal.
import { join } from 'node:path';
import type { LogReader, LogStore } from '#src/daemon/audit/log-store.js';
import { LOG_REMOVED, type Removal, removalChanges } from '#src/daemon/audit/retention/announcement.js';
import { planRemoval } from '#src/daemon/audit/retention/plan-removal.js';
import { openSqliteLogReader } from '#src/daemon/audit/sqlite-log-reader.js';
import { openSqliteLogStore } from '#src/daemon/audit/sqlite-log-store.js';
import { openForReading } from '#src/daemon/sqlite.js';
import { allSteps } from '#src/shared/all-steps.js';
import type { PendingEvent } from '#src/shared/data-event.js';
import type { NoteSigner } from '#src/shared/log/signed-note.js';
import { temporaryDirectory } from '../../temporary-directory.js';
import { event } from '../example-events.js';
import { testSigner } from '../test-signer.js';
import { randomEvents } from '../verify/logs.js';

/** Ten events at a time are stored, each time a second later. */
const TOGETHER = 10;
const LONG_AGO = 1_700_000_000_000;

/** The event that announces `removal`. */
export function announcement(
  number: number,
  removal: Removal,
  parts: Partial<PendingEvent> = {},
): PendingEvent {
  return event(number, {
    action: 'deleted',
    actorType: 'system',
    actorId: 'retention',
    targetType: 'audit',
    targetId: 'log',
    eventName: LOG_REMOVED,
    changes: removalChanges(removal),
    source: 'daemon',
    ...parts,
  });
}

export interface OldLog {
  file: string;
  signer: NoteSigner;
  store: LogStore;
  reader: LogReader;
  /** Appends to wherever the log is, a second after what came before. */
  append(...events: PendingEvent[]): Promise<number>;
  /** What is due of what was stored before a moment. */
  plan(before: number): Removal | undefined;
  /** Announces that all goes up to event `seq`, a multiple of ten. @returns what was announced */
  announce(seq: number): Promise<Removal>;
  /** Removes everything that was announced, and tidies up. */
  finish(): Promise<void>;
  reopen(): void;
  close(): void;
}

/** A log of `events`. */
export async function oldLog(events: readonly PendingEvent[]): Promise<OldLog> {
  const file = join(temporaryDirectory(), 'audit.db');
  const signer = testSigner();
  let now = LONG_AGO;
  const open = () => openSqliteLogStore({ file, signer, clock: () => now });
  let store = open();
  const reader = openSqliteLogReader(file);
  let announced = 0;
  const log: OldLog = {
    file,
    signer,
    get store() {
      return store;
    },
    reader,
    async append(...events) {
      now += 1_000;
      const { size } = await store.head();
      return (await store.append(size, events, 'c')).size;
    },
    plan(before) {
      const db = openForReading(file);
      try {
        return allSteps(planRemoval(db, before));
      } finally {
        db.close();
      }
    },
    async announce(seq) {
      const removal = log.plan(storedAt(seq + 1));
      if (removal === undefined) throw new Error('Nothing is due.');
      announced += 1;
      await log.append(announcement(1_000_000 + announced, removal));
      await store.sign();
      return removal;
    },
    async finish() {
      for (let isOver = false; !isOver; ) {
        const { removed, announced } = await store.removePart();
        isOver = removed === announced;
      }
      for (;;) {
        const step = await store.erasures.step((await store.head()).size);
        if (step === null) return;
        if (step.progress.phase === 'erased') await store.erasures.cleared(step.progress.id);
        else if (step.waits) throw new Error('Somebody reads what is to be tidied.');
      }
    },
    reopen() {
      store.close();
      store = open();
    },
    close() {
      reader.close();
      store.close();
    },
  };
  for (let at = 0; at < events.length; at += TOGETHER) await log.append(...events.slice(at, at + TOGETHER));
  if (events.length > 0) await store.sign();
  return log;
}

/** When event `seq` was stored. */
export const storedAt = (seq: number) => LONG_AGO + Math.ceil(seq / TOGETHER) * 1_000;

/** Random events of which some were reported, so that a repeat of them must be known for ever. */
export function oldEvents(count: number, seed: number): PendingEvent[] {
  return randomEvents(count, seed).map((one, index) =>
    index % 3 === 0 ? { ...one, id: reportedId(index), source: 'reported:1' } : one,
  );
}

/** An id that is made from what an event says (UUID v8). */
export const reportedId = (number: number) =>
  `01900000-0000-8000-8000-${number.toString(16).padStart(12, '0')}`;
