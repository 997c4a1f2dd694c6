// Which known word was meant by one that is not known.

/** So many slips of the finger at most, and at most a third of the word. */
const MAX_SLIPS = 3;

/** The nearest of `known` to `word`; `undefined` if none is near enough. Of equally near ones the first. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const lower = word.toLowerCase();
  let best: string | undefined;
  let fewest = Math.min(MAX_SLIPS, Math.max(1, Math.floor(word.length / 3))) + 1;
  for (const candidate of known) {
    const other = candidate.toLowerCase();
    // Somebody may well have left out the end.
    const found =
      lower.length >= 3 && other !== lower && other.startsWith(lower) ? 1 : slips(lower, other, fewest);
    if (found < fewest) {
      best = candidate;
      fewest = found;
    }
  }
  return best;
}

/** ` Did you mean "list"?`, or nothing. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const meant = nearest(word, known);
  return meant === undefined ? '' : ` Did you mean "${meant}"?`;
}

/**
 * How many letters were added, left out, mistaken or swapped with their neighbour (the optimal string alignment
 * distance); `limit` if it is not less.
 */
function slips(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    [before, last] = [last, row];
  }
  return Math.min(limit, last[b.length] ?? limit);
}
