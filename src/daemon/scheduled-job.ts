// A job that bree runs again and again, on a thread of its own that ends when it is done. The thread reads what it needs and
// asks main for what is to be written: each file has one writer, and no job is it.
import Bree from 'bree';
import { BY_HAND, threadOf } from './bree-thread.js';
import type { Log } from './log.js';

/** How long a job that is under way may take to end when it is told to, in milliseconds. */
const STOP_MS = 1_000;

export interface ScheduledJobOptions<Message> {
  name: string;
  /** The module that the thread runs. It ends by itself, and on `cancel` at once. */
  entry: URL;
  /** What the thread is given. */
  data: Record<string, unknown>;
  /** It runs now, and then this often; one that takes longer is ended. Milliseconds. */
  everyMs: number;
  /** Hears what the thread says; `answer` says something to it. */
  onMessage(message: Message, answer: (message: unknown) => void): void;
  log: Pick<Log, 'error'>;
}

export interface ScheduledJob {
  /** Runs it now, unless it runs already. */
  run(): Promise<void>;
  stop(): Promise<void>;
}

export async function scheduleJob<Message>(options: ScheduledJobOptions<Message>): Promise<ScheduledJob> {
  const { name, entry, data, everyMs, onMessage, log } = options;
  const bree = new Bree({
    ...BY_HAND,
    jobs: [
      {
        ...threadOf(name, entry, data),
        timeout: 0,
        interval: everyMs,
        closeWorkerAfterMs: everyMs,
      },
    ],
    workerMessageHandler: ({ message }) =>
      onMessage(message as Message, said => bree.workers.get(name)?.postMessage(said)),
    errorHandler: error => log.error(`The ${name} job failed; it is run again.`, { error }),
  });
  await bree.start(name);
  return {
    run: () => bree.run(name),
    async stop() {
      const timer = setTimeout(() => void bree.workers.get(name)?.terminate(), STOP_MS);
      await bree.stop(name);
      clearTimeout(timer);
    },
  };
}
