// Keeps the daemon's threads alive. Bree runs them; what it leaves out is done here: a thread that ends by itself is
// started again, one that hangs is ended, and stopping takes no longer than it may.
import Bree from 'bree';
import { BY_HAND, threadOf } from '../bree-thread.js';
import { beatsOf, createPulse, type Pulse, wakingArrived } from './pulse.js';
import { ABANDON, type LifeMessage } from './thread-messages.js';

/** How long to wait before a thread is started again, doubled each time it fails soon, in milliseconds. */
const FIRST_RESTART_MS = 100;
const LAST_RESTART_MS = 10_000;

/** A thread that has been ready for this long did not fail soon, in milliseconds. */
const STEADY_AFTER_MS = 30_000;

/**
 * How long a thread that did not finish in time may take to end by itself, in milliseconds. One that is ended from
 * outside while SQLite is about to fail takes the whole process with it: better-sqlite3 cannot make the error then.
 */
const ABANDON_MS = 500;

/**
 * A thread is looked at this many times before it counts as hanging. One that was replaced for that is given twice as
 * long, up to so many looks: where others leave it next to no processor, each successor would be ended before it had
 * done what its predecessor was about to do, and nothing would go on for ever.
 */
const MISSED_LOOKS = 10;
const MOST_MISSED_LOOKS = 80;

/** After so many looks at which it was seen to turn the thread is no longer given more time. */
const STEADY_LOOKS = 20;

export type ThreadState = 'starting' | 'running' | 'restarting' | 'stopped';

export interface ThreadOptions<Message> {
  name: string;
  /** The module that the thread runs. */
  entry: URL;
  /** What the thread is given, beside its `pulse`. */
  data: Record<string, unknown>;
  /** Hears everything that the thread says but what it says of its life. */
  onMessage(message: Exclude<Message, LifeMessage>): void;
  /** The thread has ended by itself: what it was asked is lost. */
  onLost(): void;
  /** It will not be started again: why, in a sentence. */
  onHopeless(sentence: string): void;
  log: ThreadLog;
  /** A thread whose event loop does not turn for about this long is replaced, in milliseconds; its successor has longer. */
  hangsAfterMs: number;
}

export interface ThreadLog {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

export interface SupervisedThread {
  pulse: Pulse;
  state(): ThreadState;
  /** Resolves when the thread is ready. @throws Error with the thread's own sentence if it cannot be. */
  start(): Promise<void>;
  /** Sends a message. @returns false if there is no thread to send it to at the moment. */
  post(message: unknown): boolean;
  /**
   * Tells the thread to finish, and ends it when it takes longer than `timeoutMs`.
   * @returns whether it finished.
   */
  stop(timeoutMs: number): Promise<boolean>;
}

export function superviseThread<Message>(options: ThreadOptions<Message>): SupervisedThread {
  const { name, log } = options;
  const pulse = createPulse();
  let state: ThreadState = 'stopped';
  let starting: { resolve(): void; reject(error: Error): void } | undefined;
  let failure = `The ${name} thread ended before it was ready.`;
  let isHopeless = false;
  let restartMs = FIRST_RESTART_MS;
  let readyAt = 0;
  let patience = MISSED_LOOKS;
  /** Looks at which the thread was seen to turn since one of its lives hung. */
  let turned = 0;
  let restart: NodeJS.Timeout | undefined;
  let watch: NodeJS.Timeout | undefined;

  const bree = new Bree({
    ...BY_HAND,
    jobs: [threadOf(name, options.entry, { ...options.data, pulse })],
    workerMessageHandler: ({ message }) => hear(message as Message | LifeMessage),
    errorHandler(error) {
      if (isExitReport(error)) return;
      failure = error instanceof Error ? error.message : String(error);
      log.error(`The ${name} thread failed.`, { error });
    },
  });
  bree.on('worker deleted', ended);

  function hear(message: Message | LifeMessage): void {
    const life = message as LifeMessage;
    if (life.type === 'ready') becomeReady();
    else if (life.type === 'warning') log.warn(life.sentence);
    else if (life.type === 'failed') fail(life.sentence, life.hopeless);
    else options.onMessage(message as Exclude<Message, LifeMessage>);
  }

  function becomeReady(): void {
    if (state === 'stopped') return;
    state = 'running';
    readyAt = performance.now();
    watch = watchForHanging();
    starting?.resolve();
    starting = undefined;
  }

  function fail(sentence: string, hopeless: boolean): void {
    failure = sentence;
    isHopeless = hopeless;
    log.error(`The ${name} thread cannot go on.`, { reason: sentence });
  }

  /** The thread is gone, whatever ended it. */
  function ended(): void {
    clearInterval(watch);
    // A waking that it did not hear is heard by nobody: its successor begins by looking.
    wakingArrived(pulse);
    if (state === 'stopped') return;
    options.onLost();
    if (starting !== undefined) {
      state = 'stopped';
      starting.reject(new Error(failure));
      starting = undefined;
    } else if (isHopeless) {
      state = 'stopped';
      options.onHopeless(failure);
    } else {
      state = 'restarting';
      if (performance.now() - readyAt > STEADY_AFTER_MS) restartMs = FIRST_RESTART_MS;
      log.warn(`The ${name} thread ended and is started again.`, { inMs: restartMs });
      restart = setTimeout(() => void bree.run(name), restartMs);
      restartMs = Math.min(2 * restartMs, LAST_RESTART_MS);
    }
  }

  function watchForHanging(): NodeJS.Timeout {
    let seen = beatsOf(pulse);
    let missed = 0;
    const lookMs = options.hangsAfterMs / MISSED_LOOKS;
    const timer = setInterval(() => {
      const beats = beatsOf(pulse);
      if (beats === seen) missed += 1;
      else {
        missed = 0;
        turned += 1;
      }
      seen = beats;
      if (turned === STEADY_LOOKS) patience = MISSED_LOOKS;
      // Counted in looks, so that a machine that slept does not find its threads hanging.
      if (missed < patience) return;
      clearInterval(timer);
      log.error(`The ${name} thread hangs and is replaced.`, { afterMs: patience * lookMs });
      patience = Math.min(2 * patience, MOST_MISSED_LOOKS);
      turned = 0;
      void bree.workers.get(name)?.terminate();
    }, lookMs);
    return timer.unref();
  }

  return {
    pulse,
    state: () => state,
    async start() {
      state = 'starting';
      const ready = new Promise<void>((resolve, reject) => {
        starting = { resolve, reject };
      });
      await bree.run(name);
      await ready;
    },
    post(message) {
      const worker = bree.workers.get(name);
      worker?.postMessage(message);
      return worker !== undefined;
    },
    async stop(timeoutMs) {
      state = 'stopped';
      clearTimeout(restart);
      clearInterval(watch);
      starting?.reject(new Error(`The ${name} thread was stopped before it was ready.`));
      starting = undefined;
      let inTime = true;
      let timer = setTimeout(() => {
        inTime = false;
        bree.workers.get(name)?.postMessage(ABANDON);
        timer = setTimeout(() => void bree.workers.get(name)?.terminate(), ABANDON_MS);
      }, timeoutMs);
      await bree.stop(name);
      clearTimeout(timer);
      return inTime;
    },
  };
}

/** What bree says when a thread's exit status is not 0; why it was not has been said by then. */
function isExitReport(error: unknown): boolean {
  return error instanceof Error && /exited with code \d+$/.test(error.message);
}
