// A new life of data.db, begun without a daemon after a repair or a restore: a new epoch, an outbox counted from its
// beginning, and events in the name of `system:doctor` that tell the log what is different now.
import { randomUUID } from 'node:crypto';
import type { PendingEvent } from '../../shared/data-event.js';
import { SYSTEM } from './actor.js';
import { openDataDatabase } from './database.js';
import { dataEvent, type Happening } from './happening.js';
import { CHECKPOINT_KEY, REPAIR_KEY } from './outbox.js';

export interface Renewal {
  /**
   * Begins the new epoch, with what the outbox holds. `unfinished` is remembered until `finish`, and `checkpoint` (a
   * note) as the newest of the log.
   * @returns the epoch
   */
  begin(options: { unfinished?: string; checkpoint?: string | undefined }): string;
  /** Records what happened, with all that belongs to it, and ends the renewal: all of it or nothing. */
  finish(options: {
    happenings: readonly Happening[];
    /** The last id that is known to have been given, by type; none of them is given again. */
    lastIds?: ReadonlyMap<string, number>;
    /** API tokens that were revoked in another life. */
    revokedTokens?: readonly string[];
    /** What is left of people's sessions ends. */
    endSessions?: boolean;
  }): void;
  /** Ids of the API tokens that are there. */
  tokens(): string[];
  /** The last id that was given, by type. */
  lastIds(): Map<string, number>;
  close(): void;
}

/** Opens data.db, as its only writer: the lock is held. @throws Error as `openDataDatabase` does */
export function openForRenewal(file: string, now: () => number): Renewal {
  const { sqlite } = openDataDatabase(file);
  const setMeta = sqlite.prepare<[string, string]>(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  const dropMeta = sqlite.prepare<[string]>('DELETE FROM meta WHERE key = ?');
  const insert = sqlite.prepare<[number, number, string]>(
    'INSERT INTO outbox (position, total, events) VALUES (?, ?, ?)',
  );
  const raise = sqlite.prepare<[string, number]>(
    'INSERT INTO counters (type, last_id) VALUES (?, ?) ON CONFLICT (type) DO UPDATE SET last_id = max(last_id, excluded.last_id)',
  );
  const tail = sqlite.prepare<[], { position: number; total: number }>(
    'SELECT position, total FROM outbox ORDER BY position DESC LIMIT 1',
  );

  function append(events: readonly PendingEvent[]): void {
    const end = tail.get() ?? { position: 0, total: 0 };
    insert.run(end.position + 1, end.total + events.length, JSON.stringify(events));
  }

  return {
    begin({ unfinished, checkpoint }) {
      const epoch = randomUUID();
      sqlite
        .transaction(() => {
          const kept = sqlite
            .prepare<[], string>('SELECT events FROM outbox ORDER BY position')
            .pluck()
            .all();
          sqlite.exec('DELETE FROM outbox');
          for (const events of kept) append(JSON.parse(events) as PendingEvent[]);
          setMeta.run('epoch', epoch);
          if (checkpoint === undefined) dropMeta.run(CHECKPOINT_KEY);
          else setMeta.run(CHECKPOINT_KEY, checkpoint);
          if (unfinished !== undefined) setMeta.run(REPAIR_KEY, unfinished);
        })
        .immediate();
      return epoch;
    },
    finish({ happenings, lastIds = new Map(), revokedTokens = [], endSessions = false }) {
      sqlite
        .transaction(() => {
          const ended = endSessions
            ? sqlite.prepare<[], string>('SELECT id FROM sessions').pluck().all()
            : [];
          if (endSessions) sqlite.exec('DELETE FROM sessions');
          for (const id of revokedTokens) sqlite.prepare('DELETE FROM tokens WHERE id = ?').run(id);
          for (const [type, id] of lastIds) raise.run(type, id);
          const all = [...happenings, ...ended.map(sessionEnded)];
          if (all.length > 0) append(all.map(happening => dataEvent(SYSTEM.doctor, happening, now())));
          dropMeta.run(REPAIR_KEY);
        })
        .immediate();
    },
    tokens: () => sqlite.prepare<[], string>('SELECT id FROM tokens').pluck().all(),
    lastIds: () =>
      new Map(sqlite.prepare<[], [string, number]>('SELECT type, last_id FROM counters').raw().all()),
    close: () => sqlite.close(),
  };
}

const sessionEnded = (id: string): Happening => ({
  action: 'deleted',
  target: { type: 'sessions', id },
  eventName: 'session.revoked',
  reason: 'data.db was restored',
  source: 'daemon',
});
