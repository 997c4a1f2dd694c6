// The audit logger: reads the queue behind the log's cursor and appends, until it is told to finish. It waits for
// room on a full disk, and nothing that a single event is can stop it.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PendingEvent } from '../../shared/data-event.js';
import type { Queue, QueueBatch, QueueCursor } from '../../shared/queue.js';
import type { LogHead } from './audit-log.js';
import { createErasureChore } from './erasure/erasure-chore.js';
import type { ErasureOrder, ErasureProgress } from './erasure/order.js';
import { LogMoved, type LogStore } from './log-store.js';
import { setAsideEvent } from './set-aside.js';

/** Events that are asked of the queue at a time; a commit of many more comes whole. */
const BATCH_EVENTS = 1_000;

/** How long the logger waits before it tries a failed read or append again, in milliseconds. */
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 5_000;

/**
 * How long the logger rests after an append, in milliseconds, unless there was a full batch or somebody waits: an
 * append of a few hundred events costs little more than one of a few, and takes that time from the producers.
 */
const REST_MS = 25;

/** How long an event waits for a checkpoint that covers it, in milliseconds. */
const SIGN_AFTER_MS = 1_000;

export interface LoggerOptions {
  queue: Pick<Queue, 'read'>;
  store: LogStore;
  /** Called after each append and each checkpoint. */
  onAppended(head: LogHead): void;
  /** Called before each look into the queue: what is queued from here on needs a waking. */
  onLook?(): void;
  /** Called when there is no room on the disk. */
  onFull?(): void;
  /** Says what went wrong and what becomes of it. */
  warn(sentence: string): void;
  /** Called after each step of an erasure, and when it is over. */
  onErasure?(progress: ErasureProgress): void;
  clock?: () => number;
  restMs?: number;
}

export interface Logger {
  /**
   * Appends what the queue holds and will hold; resolves after `finish`, when the queue is empty.
   * @throws QueueMismatch if the log's cursor is not one of the queue's, and whatever else cannot be overcome.
   */
  run(): Promise<void>;
  /** Signs a checkpoint of what is in the log; if it cannot, says so and will try again after the next append. */
  sign(): Promise<LogHead>;
  /** The queue has grown. */
  wake(): void;
  /** Somebody waits for what is in the queue: no rest until it is in the log. */
  hurry(): void;
  /** Takes an order to erase; it is carried out between appends. */
  erase(order: ErasureOrder): Promise<void>;
  /** data.db has let go of what it remembered of what an erasure took. */
  cleared(id: string): Promise<void>;
  /** Ends when everything that is in the queue is in the log; an erasure goes on at the next start. */
  finish(): void;
}

export function createLogger({
  queue,
  store,
  onAppended,
  onLook = () => undefined,
  onFull = () => undefined,
  onErasure = () => undefined,
  warn,
  clock = Date.now,
  restMs = REST_MS,
}: LoggerOptions): Logger {
  const sleep = createSleep();
  const chore = createErasureChore({ erasures: store.erasures, persist, onErasure, warn, wake: sleep.wake });
  let finishing = false;
  let mayRemove = true;
  let signing: NodeJS.Timeout | undefined;

  /** Tries `step` until it does not fail for want of room or access. */
  async function persist<T>(what: string, step: () => Promise<T>): Promise<T> {
    for (let delayMs = FIRST_RETRY_MS; ; delayMs = Math.min(2 * delayMs, LAST_RETRY_MS)) {
      try {
        return await step();
      } catch (error) {
        if (!isTransient(error)) throw error;
        if (isFull(error)) onFull();
        warn(`${what} failed (${(error as Error).message}); trying again in ${delayMs} ms.`);
        await new Promise(resolve => setTimeout(resolve, delayMs));
      }
    }
  }

  /** Appends a batch. The cursor moves on with the last part alone: what is read again is recognised. */
  async function append(head: LogHead, events: PendingEvent[], cursor: QueueCursor | null): Promise<LogHead> {
    try {
      return await persist('Appending to the audit log', () => store.append(head.size, events, cursor));
    } catch (error) {
      if (error instanceof LogMoved || events.length === 0) throw error;
      if (events.length === 1) return tryAgain(head, events[0]!, cursor);
      const half = events.length >> 1;
      const halfway = await append(head, events.slice(0, half), head.cursor);
      return append(halfway, events.slice(half), cursor);
    }
  }

  /** What failed once may have met something that is over; an event that is the reason itself fails again. */
  async function tryAgain(head: LogHead, event: PendingEvent, cursor: QueueCursor | null): Promise<LogHead> {
    try {
      return await persist('Appending to the audit log', () => store.append(head.size, [event], cursor));
    } catch (error) {
      if (error instanceof LogMoved) throw error;
      return putAside(head, event, error, cursor);
    }
  }

  async function putAside(
    head: LogHead,
    event: PendingEvent,
    error: unknown,
    cursor: QueueCursor | null,
  ): Promise<LogHead> {
    const { setAside, inItsPlace } = setAsideEvent(event, error, clock());
    const moved = await persist('Setting an event aside', () =>
      store.setAside(head.size, setAside, inItsPlace, cursor),
    );
    warn(`An event cannot be appended and was set aside (seq ${moved.size}): ${setAside.reason}`);
    return moved;
  }

  /** Appends a batch and gives the head to go on from. */
  async function storeBatch(batch: QueueBatch, head: LogHead): Promise<LogHead> {
    try {
      return await append(head, batch.events, batch.cursor);
    } catch (error) {
      if (!(error instanceof LogMoved)) throw error;
      // An append whose answer was an error had gone through: the log knows best where it is.
      return persist('Reading the audit log', () => store.head());
    }
  }

  const isRemoving = ({ removed, announced }: LogHead) => mayRemove && !finishing && removed < announced;

  /** Removes the next part of what was announced to go; a log that is damaged there keeps it, and goes on. */
  async function removePart(head: LogHead): Promise<LogHead> {
    try {
      const left = await persist('Removing old events', () => store.removePart());
      if (left.removed === left.announced) chore.look();
      return left;
    } catch (error) {
      mayRemove = false;
      warn(
        `Old events cannot be removed (${(error as Error).message}); \`whodid audit verify\` says what is wrong.`,
      );
      return head;
    }
  }

  /** A step of an erasure; the head to go on from, `null` if there was nothing to do. */
  async function eraseSome(head: LogHead): Promise<LogHead | null> {
    try {
      return await chore.step(head);
    } catch (error) {
      if (!(error instanceof LogMoved)) throw error;
      return persist('Reading the audit log', () => store.head());
    }
  }

  async function sign(): Promise<LogHead> {
    clearTimeout(signing);
    signing = undefined;
    try {
      return await store.sign();
    } catch (error) {
      warn(`The checkpoint could not be signed (${(error as Error).message}); the next one covers it.`);
      return store.head();
    }
  }

  function signSoon(): void {
    signing ??= setTimeout(() => void sign().then(onAppended), SIGN_AFTER_MS);
  }

  return {
    sign,
    async run() {
      let head = await persist('Reading the audit log', () => store.head());
      for (;;) {
        sleep.prepare();
        onLook();
        const batch = await persist('Reading the queue', () => queue.read(head.cursor, BATCH_EVENTS));
        if (batch.events.length > 0) {
          head = await storeBatch(batch, head);
          if (isRemoving(head)) head = await removePart(head);
          onAppended(head);
          signSoon();
        }
        const erased = finishing ? null : await eraseSome(head);
        if (erased !== null && erased.size > head.size) {
          head = erased;
          onAppended(head);
          signSoon();
        }
        // Messages to this thread are heard between batches.
        if (erased !== null || batch.events.length >= BATCH_EVENTS) await nextTurn();
        else if (batch.events.length > 0) await (finishing ? nextTurn() : sleep.rest(restMs));
        else if (finishing) {
          if (signing !== undefined) onAppended(await sign());
          return;
        } else if (isRemoving(head)) {
          head = await removePart(head);
          onAppended(head);
          await nextTurn();
        } else {
          await sleep.untilWoken();
        }
      }
    },
    erase: order => chore.begin(order),
    cleared: id => chore.cleared(id),
    wake: () => sleep.wake(),
    hurry: () => sleep.hurry(),
    finish() {
      finishing = true;
      sleep.hurry();
    },
  };
}

/** Failures that pass: no room, no access, somebody else's lock. */
const isTransient = (error: unknown) => TRANSIENT.some(prefix => codeOf(error).startsWith(prefix));

const isFull = (error: unknown) => codeOf(error) === 'SQLITE_FULL';

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : '');

const TRANSIENT = [
  'SQLITE_FULL',
  'SQLITE_IOERR',
  'SQLITE_BUSY',
  'SQLITE_LOCKED',
  'SQLITE_NOMEM',
  'SQLITE_CANTOPEN',
];

/** Sleep that a waking ends even if it came just before, and rest that only hurry ends. */
function createSleep() {
  let woken = false;
  let hurried = false;
  let resume: (() => void) | undefined;
  let endRest: (() => void) | undefined;
  function wake(): void {
    woken = true;
    resume?.();
  }
  return {
    /** From here on a waking counts. */
    prepare() {
      woken = false;
      hurried = false;
    },
    wake,
    hurry() {
      hurried = true;
      wake();
      endRest?.();
    },
    async rest(ms: number): Promise<void> {
      if (hurried) return;
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, ms);
        endRest = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      endRest = undefined;
    },
    async untilWoken(): Promise<void> {
      if (!woken) {
        await new Promise<void>(resolve => {
          resume = resolve;
        });
      }
      resume = undefined;
    },
  };
}
