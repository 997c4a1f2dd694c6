// The clock that credentials are judged by: the wall clock, but never back. Set back by an hour it would bring expired
// tokens to life again, and refuse those that are good because they seem to be of the future.

/** How far the wall clock may fall behind before that is a jump, in milliseconds: it is also slowed down to be set. */
const JUMP_MS = 5_000;

export interface Clocks {
  /** Wall clock, milliseconds since the Unix epoch. */
  now(): number;
  /** Monotonic clock, milliseconds. */
  monotonic(): number;
}

/**
 * Milliseconds since the Unix epoch. A jump ahead is believed, as that is how a machine wakes up; after one back, time
 * goes on from where it was for as long as this process runs.
 */
export function createSteadyClock({ now, monotonic }: Clocks): () => number {
  let last = now();
  let lastAt = monotonic();
  return () => {
    const wall = now();
    const at = monotonic();
    const expected = last + (at - lastAt);
    last = expected - wall > JUMP_MS ? expected : Math.max(last, wall);
    lastAt = at;
    return Math.floor(last);
  };
}
