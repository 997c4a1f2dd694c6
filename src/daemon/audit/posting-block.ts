// The bytes of the inverted index. A block is a run of positions of one term, sorted by (timestamp, seq): the
// first is the row's key, each other one is its distance to the one before, as two LEB128 varints (the second
// zigzagged, as a late event has an older time and a higher seq). A hot term takes 2 to 4 bytes an event so.

/** Positions of events, ascending by timestamp, then seq, as two columns. */
export interface Positions {
  timestamps: number[];
  seqs: number[];
}

/** Most positions of a block. Small enough that rewriting the last one costs little, and that a page of the
 * B-tree holds many. */
export const MAX_BLOCK_POSITIONS = 96;

/** A varint of 53 bits takes at most 8 bytes, and zigzag adds one bit. */
const MAX_ENTRY_BYTES = 16;
const scratch = Buffer.allocUnsafe(MAX_BLOCK_POSITIONS * MAX_ENTRY_BYTES);

/** Negative if position `a` comes before `b`, 0 if they are the same. */
export function comparePositions(aTimestamp: number, aSeq: number, bTimestamp: number, bSeq: number): number {
  return aTimestamp - bTimestamp || aSeq - bSeq;
}

function writeVarint(value: number, at: number): number {
  let rest = value;
  let end = at;
  while (rest >= 0x80) {
    scratch[end++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  scratch[end++] = rest;
  return end;
}

/** The positions after the first of `positions[from, to)`, packed; `null` if there is none. */
export function packEntries(positions: Positions, from: number, to: number): Buffer | null {
  if (to - from <= 1) return null;
  return packAfter(positions.timestamps[from]!, positions.seqs[from]!, positions, from + 1, to);
}

/** All of `positions[from, to)`, at most as many as a block has, packed to stand behind the position that is given. */
export function packAfter(
  timestamp: number,
  seq: number,
  { timestamps, seqs }: Positions,
  from: number,
  to: number,
): Buffer {
  let end = 0;
  let lastTimestamp = timestamp;
  let lastSeq = seq;
  for (let index = from; index < to; index += 1) {
    const nextTimestamp = timestamps[index]!;
    const nextSeq = seqs[index]!;
    end = writeVarint(nextTimestamp - lastTimestamp, end);
    const distance = nextSeq - lastSeq;
    end = writeVarint(distance < 0 ? -2 * distance - 1 : 2 * distance, end);
    lastTimestamp = nextTimestamp;
    lastSeq = nextSeq;
  }
  return Buffer.from(scratch.subarray(0, end));
}

/** The positions of a block, its first one included. */
export function unpackBlock(timestamp: number, seq: number, entries: Buffer | null): Positions {
  const timestamps = [timestamp];
  const seqs = [seq];
  if (entries === null) return { timestamps, seqs };
  let lastTimestamp = timestamp;
  let lastSeq = seq;
  let at = 0;
  while (at < entries.length) {
    let byte = entries[at++]!;
    let value = byte & 0x7f;
    for (let scale = 0x80; byte >= 0x80; scale *= 0x80) {
      byte = entries[at++]!;
      value += (byte & 0x7f) * scale;
    }
    lastTimestamp += value;
    byte = entries[at++]!;
    value = byte & 0x7f;
    for (let scale = 0x80; byte >= 0x80; scale *= 0x80) {
      byte = entries[at++]!;
      value += (byte & 0x7f) * scale;
    }
    lastSeq += value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    timestamps.push(lastTimestamp);
    seqs.push(lastSeq);
  }
  return { timestamps, seqs };
}

/** Both, in order. A position is in one of them only. */
export function mergePositions(a: Positions, b: Positions): Positions {
  const timestamps: number[] = [];
  const seqs: number[] = [];
  const take = (from: Positions, index: number) => {
    timestamps.push(from.timestamps[index]!);
    seqs.push(from.seqs[index]!);
  };
  let i = 0;
  let j = 0;
  while (i < a.seqs.length && j < b.seqs.length) {
    const order = comparePositions(a.timestamps[i]!, a.seqs[i]!, b.timestamps[j]!, b.seqs[j]!);
    if (order < 0) take(a, i++);
    else take(b, j++);
  }
  while (i < a.seqs.length) take(a, i++);
  while (j < b.seqs.length) take(b, j++);
  return { timestamps, seqs };
}

/** Sorts positions that were collected in the order of their seqs. */
export function sortPositions(positions: Positions): Positions {
  const { timestamps, seqs } = positions;
  if (isAscending(timestamps)) return positions;
  const order = seqs.map((_, index) => index);
  order.sort((a, b) => comparePositions(timestamps[a]!, seqs[a]!, timestamps[b]!, seqs[b]!));
  return { timestamps: order.map(index => timestamps[index]!), seqs: order.map(index => seqs[index]!) };
}

function isAscending(numbers: readonly number[]): boolean {
  for (let index = 1; index < numbers.length; index += 1)
    if (numbers[index]! < numbers[index - 1]!) return false;
  return true;
}
