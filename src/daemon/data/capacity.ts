// What is accepted when the log falls behind or the disk fills: changes stop first, then reads (whose views
// need room too), and what people need to see and mend it goes on the longest.
import { statfs } from 'node:fs/promises';
import { Problem } from '../../shared/problem.js';
import type { Ballast } from './ballast.js';

/** What a request needs room for. */
export type Need = 'change' | 'view' | 'control';

/** The part of the backlog limit that is kept for views, and again for control events. */
const RESERVE = 0.1;

const MIB = 1024 * 1024;

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
  /** Freed when the disk is full. */
  ballast: Ballast;
  log: { info(message: string, fields?: Record<string, unknown>): void };
}

export interface Capacity {
  /** @throws Problem `unavailable` if there is no room for `need`. */
  admit(need: Need): void;
  /** Whether changes are accepted at the moment. */
  accepting(): boolean;
  /** A write to either database found no room: gives it the ballast's, and takes no changes until there is more. */
  diskIsFull(): void;
  /** Bytes that were free on the disk when it was last looked at. */
  freeBytes(): number;
  /** Events that the backlog may have beyond its limit, for views, and again for control events. */
  reserve: number;
  stop(): Promise<void>;
}

export async function watchCapacity({
  backlog,
  backlogLimit,
  minFreeBytes,
  directory,
  ballast,
  log,
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

  let full = false;
  /** So much must be free for changes to be taken again: what is left with the ballast in its place is no less than ever. */
  const enoughBytes = minFreeBytes + ballast.sizeBytes;
  async function holdBallast(): Promise<void> {
    if (ballast.isHeld() || freeBytes < enoughBytes) return;
    await ballast.hold();
    if (full && (ballast.isHeld() || ballast.sizeBytes === 0)) {
      full = false;
      log.info('The disk has room again: changes are accepted.', { freeBytes });
    }
    await look();
  }

  await look();
  let holding = holdBallast();
  const timer = setInterval(() => {
    // A disk that cannot be asked is found out by the next commit.
    holding = holding
      .then(look)
      .then(holdBallast)
      .catch(() => undefined);
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
      if (freeBytes < bytesFor[need] || (full && need !== 'control')) {
        throw new Problem(
          'unavailable',
          `The disk of ${directory} is nearly full, so nothing more is accepted for now. Free some space and try again: ` +
            `${Math.ceil(enoughBytes / MIB)} MiB have to be free.`,
          { retryAfterSeconds: 10 },
        );
      }
    },
    accepting: () => backlog() < backlogLimit && freeBytes >= minFreeBytes && !full,
    freeBytes: () => freeBytes,
    reserve: backlogFor.view - backlogFor.change,
    diskIsFull() {
      if (!full)
        log.info('The disk is full: no more changes are accepted.', {
          directory,
          freedBytes: ballast.isHeld() ? ballast.sizeBytes : 0,
        });
      full = true;
      ballast.free();
    },
    async stop() {
      clearInterval(timer);
      await holding;
    },
  };
}
