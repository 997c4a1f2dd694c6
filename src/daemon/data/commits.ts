// Group commit: whatever arrives while turns of the event loop bring more of it shares one transaction and one fsync,
// each with its events in the same outbox row. A promise resolves when its commit is durable, never before.
import type { PendingEvent } from '../../shared/data-event.js';
import { Problem } from '../../shared/problem.js';
import type { Sqlite } from '../sqlite.js';
import { type AtStep, passBy } from '../steps.js';
import type { Outbox } from './outbox.js';

/** What a piece of work may do beside reading and writing data.db: say what happened. */
export interface Unit {
  emit(event: PendingEvent): void;
}

/** Synchronous, run inside a transaction. If it throws, nothing of it remains: neither rows nor events. */
export type Work<T> = (unit: Unit) => T;

export interface Commits {
  /**
   * Runs `work` in the next commit. Rejects with what it threw, or with a Problem if the commit failed.
   * @param readsOnly that it writes no row: spares asking SQLite whether it did
   */
  run<T>(work: Work<T>, readsOnly?: boolean): Promise<T>;
  /** The same for work that nobody waits for: a commit of its own comes only after `GATHER_MS`. */
  runSoon<T>(work: Work<T>): Promise<T>;
  /** Commits what is waiting and deletes what the outbox let go of. */
  flush(): void;
}

/**
 * How many turns of the event loop work may wait for more, while each brings some. Requests that were answered by one
 * commit come back over a turn or two: committing the first of them would have the others wait for two syncs.
 */
const MAX_TURNS = 4;

/** How long work that nobody waits for gathers, in milliseconds, unless a commit comes along. */
const GATHER_MS = 10;

interface Waiting {
  work: Work<unknown>;
  readsOnly: boolean;
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

/** Work done, whose promise waits for the commit. */
type Settled = { waiting: Waiting; value: unknown } | { waiting: Waiting; error: unknown };

/** A piece of work threw after it had written, so the whole transaction has to go. */
class Tainted extends Error {}

export interface CommitsOptions {
  sqlite: Sqlite;
  outbox: Outbox;
  /** Called after each commit that had events. */
  onCommitted(): void;
  /** Called after a transaction was rolled back: whatever work changed in memory is to be read again. */
  onRolledBack(): void;
  /** Called with what SQLite said when a commit failed. */
  onFailure(error: unknown): void;
  atStep?: AtStep;
}

/**
 * A transaction takes no more work when it has so many pieces, events, or characters of events: bounds how long
 * the event loop stands still for one commit. The event loop turns between two of them.
 */
const MAX_PIECES = 256;
const MAX_EVENTS = 1_000;
const MAX_EVENT_CHARACTERS = 4 * 1024 * 1024;

export function createCommits({
  sqlite,
  outbox,
  onCommitted,
  onRolledBack,
  onFailure,
  atStep = passBy,
}: CommitsOptions): Commits {
  const begin = sqlite.prepare('BEGIN IMMEDIATE');
  const commit = sqlite.prepare('COMMIT');
  const rollback = sqlite.prepare('ROLLBACK');
  const totalChanges = sqlite.prepare<[], number>('SELECT total_changes()').pluck();

  let queue: Waiting[] = [];
  let scheduled = false;
  /** How much was waiting at the turn before, and for how many turns. */
  let seen = 0;
  let turns = 0;
  let gathering: NodeJS.Timeout | undefined;

  /**
   * One transaction with the first of `group`, as many as it takes.
   * @throws Tainted, or what SQLite says; then nothing has happened.
   */
  function transact(group: readonly Waiting[]): { settled: Settled[]; recorded: boolean } {
    begin.run();
    try {
      const settled: Settled[] = [];
      const events: string[] = [];
      let characters = 0;
      const unit: Unit = {
        emit(event) {
          const text = JSON.stringify(event);
          events.push(text);
          characters += text.length;
        },
      };
      let written = totalChanges.get();
      for (const waiting of group) {
        const before = { events: events.length, characters };
        try {
          settled.push({ waiting, value: waiting.work(unit) });
          if (!waiting.readsOnly) written = totalChanges.get();
        } catch (error) {
          if (totalChanges.get() !== written) throw group.length === 1 ? error : new Tainted();
          events.length = before.events;
          characters = before.characters;
          settled.push({ waiting, error });
        }
        if (events.length >= MAX_EVENTS || characters >= MAX_EVENT_CHARACTERS) break;
      }
      if (events.length > 0) outbox.append(events);
      if (outbox.prunable()) outbox.prune();
      atStep('before-commit');
      commit.run();
      atStep('after-commit');
      return { settled, recorded: events.length > 0 };
    } catch (error) {
      if (sqlite.inTransaction) rollback.run();
      outbox.rolledBack();
      onRolledBack();
      throw error;
    }
  }

  function settle(settled: readonly Settled[]): void {
    for (const one of settled) {
      if ('error' in one) one.waiting.reject(one.error);
      else one.waiting.resolve(one.value);
    }
  }

  /** @returns how many of `group` are settled. */
  function runGroup(group: readonly Waiting[]): number {
    try {
      const { settled, recorded } = transact(group);
      if (recorded) onCommitted();
      settle(settled);
      return settled.length;
    } catch (error) {
      // Work that fails half-way takes only itself down: the others get a transaction of their own.
      if (error instanceof Tainted) for (const waiting of group) runGroup([waiting]);
      else for (const waiting of group) waiting.reject(asProblem(error));
      return group.length;
    }
  }

  function asProblem(error: unknown): unknown {
    if (error instanceof Problem) return error;
    onFailure(error);
    const code = (error as { code?: unknown }).code;
    if (typeof code === 'string' && /^SQLITE_(FULL|IOERR|BUSY|READONLY|CANTOPEN)/.test(code)) {
      return new Problem(
        'unavailable',
        'The change could not be written to disk and was not made. Try again later.',
        {
          retryAfterSeconds: 5,
        },
      );
    }
    return error;
  }

  /** Commits what comes first. */
  function commitNext(): void {
    clearTimeout(gathering);
    gathering = undefined;
    const group = queue.slice(0, MAX_PIECES);
    queue = queue.slice(runGroup(group));
  }

  function turn(): void {
    if (queue.length > seen && queue.length < MAX_PIECES && turns < MAX_TURNS) {
      seen = queue.length;
      turns += 1;
      setImmediate(turn);
      return;
    }
    scheduled = false;
    if (queue.length > 0) commitNext();
    // What is left has waited already.
    seen = queue.length;
    turns = 0;
    if (queue.length > 0) schedule();
  }

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(turn);
  }

  function flush(): void {
    if (queue.length > 0) {
      while (queue.length > 0) commitNext();
      return;
    }
    if (!outbox.prunable()) return;
    try {
      transact([]);
    } catch (error) {
      // What the log has stays in the outbox for now; the next commit prunes it.
      onFailure(error);
    }
  }

  function enqueue<T>(work: Work<T>, readsOnly: boolean): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      queue.push({ work, readsOnly, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  return {
    run<T>(work: Work<T>, readsOnly = false) {
      const done = enqueue(work, readsOnly);
      schedule();
      return done;
    },
    runSoon<T>(work: Work<T>) {
      const done = enqueue(work, false);
      if (queue.length >= MAX_PIECES) schedule();
      else gathering ??= setTimeout(schedule, GATHER_MS);
      return done;
    },
    flush,
  };
}
