// Places in the log as text: `5-7,9`.

/** @param seqs ascending, each once */
export function formatRanges(seqs: readonly number[]): string {
  const ranges: string[] = [];
  for (let from = 0; from < seqs.length; ) {
    let to = from;
    while (seqs[to + 1] === seqs[to]! + 1) to += 1;
    ranges.push(to === from ? `${seqs[from]}` : `${seqs[from]}-${seqs[to]}`);
    from = to + 1;
  }
  return ranges.join(',');
}

/** The places of a text that `formatRanges` wrote; `undefined` for any other, or more than `limit` places. */
export function parseRanges(text: string, limit: number): number[] | undefined {
  const seqs: number[] = [];
  for (const range of text.split(',')) {
    const match = /^(\d{1,16})(?:-(\d{1,16}))?$/.exec(range);
    if (match === null) return undefined;
    const from = Number(match[1]);
    const to = match[2] === undefined ? from : Number(match[2]);
    if (to < from || seqs.length + to - from >= limit) return undefined;
    for (let seq = from; seq <= to; seq += 1) seqs.push(seq);
  }
  return formatRanges(seqs) === text ? seqs : undefined;
}
