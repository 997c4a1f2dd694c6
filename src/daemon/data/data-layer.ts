// The user-aware data layer: `data.as(actor)` is the only way to data.db. Every operation is one transaction
// that holds the rows and the data events in the actor's name, and returns a promise that resolves when both
// are durable.
import type { PendingEvent } from '../../shared/data-event.js';
import { isFull } from '../sqlite.js';
import { createSteadyClock } from '../steady-clock.js';
import { type AtStep, passBy } from '../steps.js';
import { boundWal, WAL } from '../wal.js';
import type { Actor } from './actor.js';
import { createBallast } from './ballast.js';
import { type Capacity, watchCapacity } from './capacity.js';
import { type Commits, createCommits } from './commits.js';
import { credentialTables } from './credentials.js';
import { openDataDatabase } from './database.js';
import type { Happening } from './happening.js';
import { type IdempotencyTables, idempotencyTables, type RememberedRecords } from './idempotency.js';
import { CHECKPOINT_KEY, createOutbox, type Outbox } from './outbox.js';
import { recordingScopes, type ScopeFactory } from './recording-scopes.js';
import { recordTables } from './records.js';
import { createRepeats, type Repeats } from './repeats.js';
import { sessionTables } from './sessions.js';
import { type Scrubbing, scrubShreds } from './shreds.js';
import { tokenTables } from './tokens.js';
import { loadTypes, type TypeRegistry, typeTables } from './types.js';
import { UserData, type UserDataParts } from './user-data.js';
import { userTables } from './users.js';

export interface DataLayerOptions {
  /** Path of data.db. */
  file: string;
  /** The directory whose free disk is watched. */
  directory: string;
  backlogLimit: number;
  minFreeBytes: number;
  /** The file that holds disk space back, and its size in bytes; none when left out. */
  ballast?: { file: string; sizeBytes: number };
  /** `relaxed`: a read answers before its views are committed. */
  views: 'durable' | 'relaxed';
  /** Other scopes than those that record: for composing a daemon without a log. */
  scopes?: ScopeFactory;
  /** Wall clock, milliseconds since the Unix epoch. */
  now(): number;
  /** Monotonic clock, milliseconds. */
  monotonic(): number;
  log: Record<'info' | 'error', (message: string, fields?: Record<string, unknown>) => void>;
  atStep?: AtStep | undefined;
}

/** In `meta`: the key of the last rotation that was recorded. */
const TOKEN_KEY = 'token-key';

/** How often the counts of repeated happenings are collected, in milliseconds. */
const COLLECT_MS = 5_000;

/** How long the outbox may keep what the log has, when no commit comes along to delete it, in milliseconds. */
const IDLE_PRUNE_MS = 1_000;

/** What the queue side of the data layer offers to the logger's handle and to the queries. */
export type EventQueue = Pick<
  Outbox,
  'read' | 'forget' | 'depth' | 'head' | 'covers' | 'backlog' | 'pending'
>;

/** Records what no scope holds: refusals, audit queries, and the events of other programs. */
function loneRecorder(options: { commits: Commits; capacity: Capacity; repeats: Repeats }) {
  const { commits, capacity, repeats } = options;
  return {
    /** Records a denial, a failure or an audit query; a repeat within its minute is counted instead. */
    async occurred(actor: Actor, happening: Happening): Promise<void> {
      // Before it is counted: the first of a kind that is refused must not swallow the next.
      capacity.admit('control');
      const event = repeats.occur(actor, { ...happening, source: 'daemon' });
      if (event === undefined) return;
      await commits.run(unit => unit.emit(event));
    },

    /** Commits events that another program reported: they keep the actors that they name. */
    async report(events: readonly PendingEvent[]): Promise<void> {
      capacity.admit('change');
      await commits.run(unit => {
        for (const event of events) unit.emit(event);
      });
    },
  };
}

/** Opens data.db and everything in front of it. */
export async function openDataLayer(options: DataLayerOptions) {
  const {
    file,
    directory,
    backlogLimit,
    minFreeBytes,
    views,
    now,
    monotonic,
    log,
    atStep = passBy,
  } = options;
  const data = openDataDatabase(file, atStep);
  const keepWalBounded = boundWal(data.sqlite, WAL.data);
  const outbox = createOutbox(data.sqlite, data.epoch);
  const registry: TypeRegistry = loadTypes(data.sqlite);
  const repeats = createRepeats({ now, monotonic });
  const steadyNow = createSteadyClock({ now, monotonic });
  const committedListeners = new Set<() => void>();
  const commits = createCommits({
    sqlite: data.sqlite,
    outbox,
    onCommitted() {
      for (const listener of committedListeners) listener();
    },
    onRolledBack: () => registry.reload(),
    onFailure(error) {
      log.error('A commit to data.db failed.', { file, error: String(error) });
      if (isFull(error)) capacity.diskIsFull();
    },
    atStep,
  });
  const ballast = createBallast(options.ballast?.file ?? '', options.ballast?.sizeBytes ?? 0);
  const capacity: Capacity = await watchCapacity({
    backlog: () => outbox.backlog(),
    backlogLimit,
    minFreeBytes,
    directory,
    ballast,
    log,
  });
  const { occurred, report } = loneRecorder({ commits, capacity, repeats });
  const scopesOf = (options.scopes ?? recordingScopes)({ commits, capacity, views, now, log });

  const tables = {
    records: recordTables(data.sqlite),
    sessions: sessionTables(data.sqlite),
    tokens: tokenTables(data.sqlite),
    credentials: credentialTables(data.sqlite),
    users: userTables(data.sqlite),
    types: typeTables(data.sqlite),
  };
  const setMeta = data.sqlite.prepare<[string, string]>(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  const metaOf = data.sqlite.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck();
  const idempotency: IdempotencyTables = idempotencyTables(data.sqlite);

  const parts: UserDataParts = {
    tables,
    registry,
    current: ({ name }) => registry.get(name).type,
    idempotency,
    steadyNow,
    rememberTokenKey: kid => void setMeta.run(TOKEN_KEY, kid),
    requireRoom: () => capacity.admit('control'),
    occurred,
    report,
  };

  /** Everything that `actor` can do with data. */
  const as = (actor: Actor): UserData => new UserData(parts, scopesOf(actor));

  async function collectRepeats(all = false): Promise<void> {
    const events = repeats.due(all);
    if (events.length === 0) return;
    await commits.run(unit => {
      for (const event of events) unit.emit(event);
    });
  }

  const collecting = setInterval(() => {
    collectRepeats().catch(error =>
      log.error('Counted repeats were not recorded.', { error: String(error) }),
    );
  }, COLLECT_MS);
  const pruning = setInterval(() => {
    try {
      commits.flush();
      keepWalBounded();
    } catch (error) {
      log.error('The outbox could not be pruned, or its write-ahead log emptied.', { error: String(error) });
    }
  }, IDLE_PRUNE_MS);
  collecting.unref();
  pruning.unref();

  return {
    as,
    instance: data.instance,
    /** What credentials are judged by: milliseconds since the Unix epoch that never go back. */
    steadyNow,
    queue: outbox as EventQueue,
    /** Whether changes are accepted at the moment. */
    accepting: () => capacity.accepting(),
    /** A write to the disk of the data directory found no room. */
    diskIsFull: () => capacity.diskIsFull(),
    /** Bytes that are held back on the disk, to be freed when it is full. */
    ballastBytes: () => (ballast.isHeld() ? ballast.sizeBytes : 0),
    /** Bytes that are free on the disk of the data directory. */
    freeDiskBytes: () => capacity.freeBytes(),
    /** The key of the last rotation that was recorded. */
    tokenKey: (): string | undefined => metaOf.get(TOKEN_KEY),
    /** How much there is of what is bounded. */
    counts: () => ({
      repeats: repeats.size(),
      idempotencyKeys: idempotency.kept(),
      sessionsOfOneUser: tables.sessions.mostOfOneUser(),
      reserve: capacity.reserve,
    }),
    /** Calls `listener` after each commit that had events. */
    onCommitted(listener: () => void): void {
      committedListeners.add(listener);
    },
    /** Drops answers to idempotent requests that are too old. */
    expireIdempotency: (time: number) => commits.run(() => idempotency.expire(time)),
    /** Lets go of copies of what was erased from the log. */
    async forgetCopies(records: RememberedRecords, what: Scrubbing): Promise<void> {
      await commits.run(() => {
        outbox.prune();
        outbox.blank();
        idempotency.forget(records);
      });
      await scrubShreds(data.sqlite, what);
    },
    /** Keeps the newest checkpoint of the log, so that a log that is older than that is noticed at the next start. */
    rememberCheckpoint: (note: string) => commits.run(() => void setMeta.run(CHECKPOINT_KEY, note)),
    /** Commits what is waiting, with the counts of repeats. What else is under way ends. */
    async settle(): Promise<void> {
      await capacity.stop();
      await collectRepeats(true);
      commits.flush();
    },
    /** Closes data.db. Nothing may be under way. */
    close(): void {
      clearInterval(collecting);
      clearInterval(pruning);
      void capacity.stop();
      commits.flush();
      data.sqlite.close();
    },
  };
}

export type DataLayer = Awaited<ReturnType<typeof openDataLayer>>;
