// How long ages and clocks on the screen stay true: what nobody touches is not drawn again before that.

const MINUTE = 60_000;
/** Ages in seconds are that old at most: they need not count along. */
const SECONDS_MS = 10_000;

/**
 * Milliseconds from `now` until something that is shown should read otherwise.
 * @param times that are shown as how long ago they were
 */
export function freshMs(times: readonly number[], now: number): number {
  const countsSeconds = times.some(time => Math.abs(now - time) < MINUTE);
  return countsSeconds ? SECONDS_MS : MINUTE - (now % MINUTE);
}
