// What is accepted when the log falls behind or the disk fills: changes stop first, then reads (whose views
// need room too), and what people need to see and mend it goes on the longest.
import { statfs } from 'node:fs/promises';
import { Problem } from '../../shared/problem.js';

/** What a request needs room for. */
export type Need = 'change' | 'view' | 'control';

/** The part of the backlog limit that is kept for views, and again for control events. */
const RESERVE = 0.1;

/** How often the free disk is looked at, in milliseconds. */
const DISK_CHECK_MS = 2_000;

export interface CapacityOptions {
  /** Events committed and not yet stored. */
  backlog(): number;
  /** Most events in the backlog before changes are refused. */
  backlogLimit: number;
  /** Free bytes below which changes are refused; views stop at half of it, control events at a quarter. */
  minFreeBytes: number;
  /** The directory whose disk matters. */
  directory: string;
}

export interface Capacity {
  /** @throws Problem `unavailable` if there is no room for `need`. */
  admit(need: Need): void;
  /** Whether changes are accepted at the moment. */
  accepting(): boolean;
  stop(): void;
}

export async function watchCapacity({
  backlog,
  backlogLimit,
  minFreeBytes,
  directory,
}: CapacityOptions): Promise<Capacity> {
  const backlogFor: Record<Need, number> = {
    change: backlogLimit,
    view: Math.ceil(backlogLimit * (1 + RESERVE)),
    control: Math.ceil(backlogLimit * (1 + 2 * RESERVE)),
  };
  const bytesFor: Record<Need, number> = {
    change: minFreeBytes,
    view: minFreeBytes / 2,
    control: minFreeBytes / 4,
  };

  let freeBytes = Number.POSITIVE_INFINITY;
  async function look(): Promise<void> {
    const { bavail, bsize } = await statfs(directory);
    freeBytes = bavail * bsize;
  }
  await look();
  const timer = setInterval(() => {
    // A disk that cannot be asked is found out by the next commit.
    look().catch(() => undefined);
  }, DISK_CHECK_MS);
  timer.unref();

  return {
    admit(need) {
      if (backlog() >= backlogFor[need]) {
        throw new Problem(
          'unavailable',
          `The audit log is ${backlog()} events behind, so nothing more is accepted for now. Try again later, and look at \`whodid daemon status\`.`,
          { retryAfterSeconds: 5 },
        );
      }
      if (freeBytes < bytesFor[need]) {
        throw new Problem(
          'unavailable',
          'The disk of the data directory is nearly full, so nothing more is accepted for now. Free some space and try again.',
          { retryAfterSeconds: 10 },
        );
      }
    },
    accepting: () => backlog() < backlogLimit && freeBytes >= minFreeBytes,
    stop: () => clearInterval(timer),
  };
}
