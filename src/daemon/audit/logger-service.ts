// The logger as a thread: opens the log, appends what the queue holds, tells main how far it is, ends when told to.
import type { MessagePort } from 'node:worker_threads';
import { type Queue, QueueMismatch } from '../../shared/queue.js';
import type { LogSigning, LogStore } from './log-store.js';
import { createLogger } from './logger.js';
import { keepBeating, type Pulse, wakingArrived } from './pulse.js';
import { ABANDON, CANCEL, type LoggerCall, type LoggerMessage } from './thread-messages.js';

/** What main gives the logger's thread when it starts. */
export interface LoggerThreadData {
  dataFile: string;
  auditFile: string;
  checkpointKeys: string;
  instance: string;
  pulse: Pulse;
}

export interface LoggerServiceOptions {
  /** To main. */
  port: MessagePort;
  pulse: Pulse;
  /** What signs, as it is in the directory of keys now. */
  openSigning(): LogSigning;
  openStore(signing: LogSigning): LogStore;
  openQueue(): Pick<Queue, 'read'> & { close(): void };
  /** Called when it is ready: from here on nobody waits for what it does. */
  onReady?(): void;
}

/** Runs until main says so. @returns the thread's exit status. */
export async function runLoggerService(options: LoggerServiceOptions): Promise<number> {
  const { port, pulse } = options;
  const say = (message: LoggerMessage) => port.postMessage(message);
  keepBeating(pulse);
  try {
    const store = options.openStore(options.openSigning());
    const queue = options.openQueue();
    const logger = createLogger({
      queue,
      store,
      onAppended: head => say({ type: 'appended', head }),
      onLook: () => wakingArrived(pulse),
      onFull: () => say({ type: 'full' }),
      onErasure: progress => say({ type: 'erasure', progress }),
      warn: sentence => say({ type: 'warning', sentence }),
    });
    let abandon: () => void = () => undefined;
    const abandoned = new Promise<'abandoned'>(resolve => {
      abandon = () => resolve('abandoned');
    });
    port.on('message', (message: LoggerCall | typeof CANCEL | typeof ABANDON) => {
      if (message === CANCEL) logger.finish();
      else if (message === ABANDON) abandon();
      else if (message.type === 'rekey') void rekey();
      else if (message.type === 'erase') void logger.erase(message.order);
      else if (message.type === 'cleared') void logger.cleared(message.id);
      else if (message.hurry) logger.hurry();
      else logger.wake();
    });
    async function rekey(): Promise<void> {
      try {
        await store.adopt(options.openSigning());
      } catch (error) {
        say({
          type: 'warning',
          sentence: `The new key could not be adopted (${(error as Error).message}); the next start will.`,
        });
        return;
      }
      say({ type: 'appended', head: await logger.sign() });
      say({ type: 'rekeyed' });
    }
    const head = await logger.sign();
    // Whether log and queue belong together is known before anybody is served.
    await queue.read(head.cursor, 1);
    say({ type: 'appended', head });
    say({ type: 'ready' });
    options.onReady?.();
    if ((await Promise.race([logger.run(), abandoned])) === 'abandoned') return 1;
    queue.close();
    store.close();
    say({ type: 'drained' });
    return 0;
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    say({ type: 'failed', sentence, hopeless: error instanceof QueueMismatch });
    return 1;
  }
}
