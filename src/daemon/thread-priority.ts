// Lets the threads that answer requests go first where processors are short. What the kernel sees of a thread's
// priority is most of all who runs when a request's thread has waited for the disk and is ready again.
import { readlinkSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

/** How far a thread that nobody waits for steps back, in degrees of niceness: each is about a tenth of its share. */
const STEP_BACK = 5;

/** The least priority that there is. */
const LEAST = 19;

/**
 * Gives the calling thread a lower priority than the process has. Only Linux lets a thread have one of its own;
 * elsewhere, and where it may not be changed, nothing happens.
 */
export function letOthersGoFirst(): void {
  if (process.platform !== 'linux') return;
  try {
    // `PID/task/TID`
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    setPriority(thread, Math.min(getPriority(thread) + STEP_BACK, LEAST));
  } catch {
    // Without /proc, or where a sandbox forbids it, the thread is as slow or as fast as the others.
  }
}
