// Whether a figure that goes up and down has grown, or only goes up and down.

/** A figure at a time, in any unit. */
export interface Reading {
  at: number;
  value: number;
}

/** Windows that the readings are cut into. */
const WINDOWS = 6;

/** The lowest reading of each window. */
export function lowestOf(readings: readonly Reading[]): Reading[] {
  const first = readings[0]!.at;
  const length = readings.at(-1)!.at - first;
  const lowest: Reading[] = [];
  for (let window = 0; window < WINDOWS; window += 1) {
    const of = readings.filter(
      ({ at }) => Math.min(WINDOWS - 1, Math.floor(((at - first) / length) * WINDOWS)) === window,
    );
    if (of.length > 0) lowest.push(of.reduce((low, one) => (one.value < low.value ? one : low)));
  }
  return lowest;
}

/**
 * How much the figure grows from the first reading to the last, by the line through the lowest of each window (least
 * squares): what a garbage collector is about to free, or a burst piles up, is no growth.
 */
export function growth(readings: readonly Reading[]): number {
  const lowest = lowestOf(readings);
  const mean = (of: (one: Reading) => number) =>
    lowest.reduce((sum, one) => sum + of(one), 0) / lowest.length;
  const [at, value] = [mean(one => one.at), mean(one => one.value)];
  const slope =
    lowest.reduce((sum, one) => sum + (one.at - at) * (one.value - value), 0) /
    lowest.reduce((sum, one) => sum + (one.at - at) ** 2, 0);
  return slope * (readings.at(-1)!.at - readings[0]!.at);
}
