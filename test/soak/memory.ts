// What the daemon's memory consists of, as a report of Node's says that a signal asks for: the heap of each of its
// threads, and what is outside of them. What is resident says little of a leak by itself: a heap takes more room the
// faster it is worked with, and the C library keeps for later what was freed.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';

export interface Memory {
  /** Monotonic seconds. */
  at: number;
  /** Used heap of the main thread and of those that it has started, in their order, in bytes. */
  heaps: number[];
  /** Resident and in no heap: SQLite, buffers, programs and libraries; in bytes. */
  outsideBytes: number;
}

/** As far as it is looked at here. */
interface Report {
  javascriptHeap: { usedMemory: number; totalCommittedMemory: number };
  resourceUsage: { rss: number | string };
  workers: Report[];
}

const SIGNAL = 'SIGUSR2';

/** How often is looked whether the report is there and whole, in milliseconds. */
const LOOK_MS = 20;

/**
 * The environment of a daemon that can be asked. The C library gives back at once what is freed: by itself it learns to
 * keep more, up to 64 MiB for each thread (mallopt(3), M_TRIM_THRESHOLD and M_MMAP_THRESHOLD).
 */
export const reporting = (directory: string): Record<string, string> => ({
  NODE_OPTIONS: [
    process.env.NODE_OPTIONS ?? '',
    '--report-on-signal',
    `--report-signal=${SIGNAL}`,
    `--report-directory=${directory}`,
  ].join(' '),
  MALLOC_TRIM_THRESHOLD_: '131072',
  MALLOC_MMAP_THRESHOLD_: '131072',
});

/** Asks the daemon, and waits for its answer. @param directory as it was given to `reporting`, with nothing else in it */
export async function memoryOf(pid: number, directory: string): Promise<Memory> {
  const at = performance.now() / 1000;
  process.kill(pid, SIGNAL);
  for (;;) {
    const report = reportIn(directory);
    if (report === undefined) {
      await rest(LOOK_MS);
      continue;
    }
    const threads = [report, ...report.workers].map(({ javascriptHeap }) => javascriptHeap);
    const committed = threads.reduce((sum, { totalCommittedMemory }) => sum + totalCommittedMemory, 0);
    return {
      at,
      heaps: threads.map(({ usedMemory }) => usedMemory),
      outsideBytes: Number(report.resourceUsage.rss) - committed,
    };
  }
}

/** Takes a report away that is there. @returns `undefined` while there is none, or only a part of it */
function reportIn(directory: string): Report | undefined {
  const [name] = readdirSync(directory);
  if (name === undefined) return undefined;
  const file = join(directory, name);
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
    rmSync(file);
    return report;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
