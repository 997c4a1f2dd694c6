// The log in audit.db, for its one writer. An append is one transaction: events, tree, terms, index,
// rollups and cursor.
import type { PendingEvent } from '../../shared/data-event.js';
import { signCheckpoint } from '../../shared/log/checkpoint.js';
import { eventLeaf } from '../../shared/log/event-leaf.js';
import type { QueueCursor } from '../../shared/queue.js';
import { naming, type Sqlite } from '../sqlite.js';
import { type AtStep, passBy } from '../steps.js';
import { boundWal, WAL } from '../wal.js';
import type { LogHead } from './audit-log.js';
import { openAuditForWriting } from './database.js';
import { createLogErasures } from './erasure/log-erasures.js';
import { plantHolders } from './erasure/plant-holders.js';
import { createEventFiling } from './event-filing.js';
import { createEventInsert, RepeatMet } from './event-insert.js';
import { LogMoved, type LogSigning, type LogStore, type SetAside } from './log-store.js';
import { plantTree } from './plant-tree.js';
import { LOG_REMOVED } from './retention/announcement.js';
import { removalReader } from './retention/removal-state.js';
import { createRemover } from './retention/remover.js';
import { createSaltKeys } from './salt-keys.js';
import { adoptRotations, signedBy } from './signing.js';
import { plantRollups } from './stats/plant-rollups.js';
import { createRollupWriter } from './stats/rollup-writer.js';
import { createTermBatch } from './term-batch.js';
import { createTreeWriter } from './tree-writer.js';
import { writeUuid } from './uuid-bytes.js';

/** How long an append waits inside SQLite for another program's lock, in milliseconds; then its caller does. */
const BUSY_TIMEOUT_MS = 50;

export interface SqliteLogOptions extends LogSigning {
  file: string;
  /** Milliseconds since the Unix epoch. */
  clock?: () => number;
  atStep?: AtStep;
}

/**
 * Opens the log in `file`, which is made or migrated if need be.
 * @throws Error if the file cannot be opened, is of a newer version, or another key signed its checkpoint.
 */
export function openSqliteLogStore({
  file,
  clock = Date.now,
  atStep = passBy,
  ...signing
}: SqliteLogOptions): LogStore {
  const db = openAuditForWriting(file, atStep);
  try {
    for (const plant of [plantTree, plantRollups, plantHolders]) {
      atStep('mid-migration');
      plant(db);
    }
    // The logger waits for a lock by itself, where its thread can be spoken to.
    db.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    return sqliteLogStore(db, signing, clock, atStep);
  } catch (error) {
    db.close();
    throw error;
  }
}

function sqliteLogStore(db: Sqlite, signing: LogSigning, clock: () => number, atStep: AtStep): LogStore {
  const readHead = db.prepare<[], Omit<LogHead, 'removed' | 'announced'>>(
    `SELECT size, recorded_at AS recordedAt, cursor,
       coalesce((SELECT size FROM checkpoint), 0) AS signedSize FROM head`,
  );
  const writeHead = db.prepare(
    `INSERT INTO head (id, size, recorded_at, cursor, root) VALUES (1, @size, @recordedAt, @cursor, @root)
     ON CONFLICT (id) DO UPDATE SET size = @size, recorded_at = @recordedAt, cursor = @cursor, root = @root`,
  );
  const readCheckpoint = db.prepare<[], string>('SELECT note FROM checkpoint').pluck();
  const writeCheckpoint = db.prepare<[number, string]>(
    `INSERT INTO checkpoint (id, size, note) VALUES (1, ?, ?)
     ON CONFLICT (id) DO UPDATE SET size = excluded.size, note = excluded.note`,
  );
  const isKnown = db
    .prepare<[Buffer, Buffer], number>(
      'SELECT EXISTS (SELECT 1 FROM events WHERE id = ?) OR EXISTS (SELECT 1 FROM removed_ids WHERE id = ?)',
    )
    .pluck();
  const rows = createEventInsert(db);
  const insertSetAside = db.prepare<[number, string, string]>(
    'INSERT INTO set_aside (seq, reason, event) VALUES (?, ?, ?)',
  );
  const terms = createTermBatch(db);
  const fileEvent = createEventFiling(terms);
  const rollups = createRollupWriter(db);
  const removalState = removalReader(db);
  const remover = createRemover(db, terms, clock);

  const keepWalBounded = boundWal(db, WAL.audit);
  const nextSaltKey = createSaltKeys();
  /** Of the event that is being appended: SQLite takes a copy of what it is given. */
  const id = Buffer.alloc(16);

  const currentHead = (): LogHead => {
    const { removed, announced } = removalState();
    const head = readHead.get() ?? { size: 0, cursor: null, recordedAt: 0, signedSize: 0 };
    return { ...head, removed, announced };
  };
  const tree = createTreeWriter(db, currentHead().size);
  let { signer } = signing;
  let signature = signedBy(readCheckpoint.get(), signing);
  adoptRotations(db, signing);

  /**
   * Appends what is new of `events`.
   * @param repeats whether each is looked for in the log first; else one that is there already is a RepeatMet
   */
  function appendTo(
    old: LogHead,
    events: readonly PendingEvent[],
    cursor: QueueCursor | null,
    repeats: 'left out' | 'none expected',
  ): LogHead {
    const recordedAt = Math.max(clock(), old.recordedAt);
    let { size } = old;
    const announcements: [PendingEvent, number][] = [];
    for (const event of events) {
      if (typeof event.id !== 'string' || !writeUuid(event.id, id, 0))
        throw new TypeError("The event's id is not a UUID in lower case.");
      if (repeats === 'left out' && isKnown.get(id, id) === 1) continue;
      size += 1;
      const saltKey = nextSaltKey();
      const { body, counted } = fileEvent(event, size, recordedAt);
      if (repeats === 'left out') rows.one(size, id, event.timestamp, body, saltKey);
      else rows.add(size, id, event.timestamp, body, saltKey);
      tree.append(eventLeaf(event, { seq: size, recordedAt, salts: saltKey.toString('hex') }));
      rollups.count(counted);
      if (event.eventName === LOG_REMOVED) announcements.push([event, size]);
    }
    rows.flush();
    rollups.flush(terms.flush());
    tree.flush();
    atStep('mid-append');
    for (const [event, seq] of announcements) remover.hear(event, seq);
    const { removed, announced } = announcements.length === 0 ? old : removalState();
    const head = {
      ...old,
      removed,
      announced,
      size,
      cursor,
      recordedAt: size === old.size ? old.recordedAt : recordedAt,
    };
    writeHead.run({ size: head.size, recordedAt: head.recordedAt, cursor, root: tree.root() });
    return head;
  }

  let isStale = false;
  /** The head, and what is kept in memory brought back to it after an append that failed. */
  function startingHead(): LogHead {
    const head = currentHead();
    if (isStale) {
      rows.discard();
      terms.discard();
      rollups.discard();
      tree.discard(head.size);
      isStale = false;
    }
    return head;
  }

  /** Runs `step` on the head in one transaction, if the log has the expected size. */
  function transact(expectedSize: number, step: (old: LogHead) => LogHead): LogHead {
    try {
      const head = db
        .transaction(() => {
          const old = startingHead();
          if (old.size !== expectedSize) throw new LogMoved(expectedSize, old.size);
          return step(old);
        })
        .immediate();
      keepWalBounded();
      return head;
    } catch (error) {
      // Not brought back here: the disk that failed may fail to tell where the log is.
      isStale = true;
      throw naming(db.name, error);
    }
  }

  const erasures = createLogErasures({
    db,
    clock,
    head: currentHead,
    transact,
    append: (old, event) => appendTo(old, [event], old.cursor, 'left out'),
    forgetTerm: terms.forget,
    atStep,
  });

  return {
    erasures,
    head: async () => currentHead(),
    async append(expectedSize, events, cursor) {
      try {
        return transact(expectedSize, old => appendTo(old, events, cursor, 'none expected'));
      } catch (error) {
        if (!(error instanceof RepeatMet)) throw error;
        return transact(expectedSize, old => appendTo(old, events, cursor, 'left out'));
      }
    },
    setAside: async (expectedSize, { event, reason }: SetAside, inItsPlace, cursor) =>
      transact(expectedSize, old => {
        const head = appendTo(old, [inItsPlace], cursor, 'left out');
        if (head.size > old.size) insertSetAside.run(head.size, reason, event);
        return head;
      }),
    async sign() {
      try {
        const head = startingHead();
        if (signature !== signer.verifier.key || head.signedSize < head.size) {
          const note = signCheckpoint({ size: head.size, root: tree.root() }, signer);
          atStep('mid-checkpoint');
          writeCheckpoint.run(head.size, note);
          atStep('mid-checkpoint');
          signature = signer.verifier.key;
        }
        return { ...head, signedSize: head.size };
      } catch (error) {
        throw naming(db.name, error);
      }
    },
    async removePart() {
      remover.step();
      return currentHead();
    },
    async adopt(next) {
      signedBy(readCheckpoint.get(), next);
      adoptRotations(db, next);
      signer = next.signer;
    },
    close: () => db.close(),
  };
}
