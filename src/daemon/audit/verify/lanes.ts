// Random numbers that stand for terms and times while the index is checked: a set of positions is compared by the sum
// of theirs, so that it need not be sorted. Two lanes of 32 bits, drawn anew for each run: a forged index that gives
// the right sums by chance has one chance in 2^64, and nobody can aim at numbers that are not yet drawn.
import { randomInt } from 'node:crypto';

/** A number in two lanes. */
export interface Lanes {
  a: number;
  b: number;
}

export interface LaneKeys {
  ofTerm(term: number | Buffer): Lanes;
  /** Odd numbers, by which those of terms are multiplied. */
  ofTime(timestamp: number): Lanes;
}

const WORD = 0x1_0000_0000;

/** A bijection of 32 bits, stirred with `key` (the finalizer of MurmurHash3, twice). */
function mix(word: number, key: number): number {
  let hash = Math.imul(word ^ key, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash = Math.imul((hash ^ (hash >>> 16)) + key, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function wordAtEnd(bytes: Buffer, at: number): number {
  return ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8);
}

export function createLaneKeys(): LaneKeys {
  const [termA, termB, bytesA, bytesB, timeA, timeB, lateA, lateB] = Array.from(
    { length: 8 },
    () => randomInt(WORD) | 0,
  ) as [number, number, number, number, number, number, number, number];
  let last = { timestamp: Number.NaN, lanes: { a: 0, b: 0 } };

  function ofBytes(bytes: Buffer): Lanes {
    const { length } = bytes;
    // Bytes beyond the end read as 0, so the length counts: a key with a zero behind it is another.
    let a = mix(length, bytesA);
    let b = mix(length, bytesB);
    for (let at = 0; at < length; at += 4) {
      const word =
        at + 4 <= length
          ? (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
          : wordAtEnd(bytes, at);
      a = mix(word ^ a, bytesA);
      b = mix(word ^ b, bytesB);
    }
    return { a, b };
  }

  return {
    ofTerm(term) {
      if (typeof term !== 'number') return ofBytes(term);
      const high = Math.floor(term / WORD);
      return { a: mix(term ^ mix(high, termB), termA), b: mix(term ^ mix(high, termA), termB) };
    },
    ofTime(timestamp) {
      if (timestamp === last.timestamp) return last.lanes;
      const high = Math.floor(timestamp / WORD);
      const lanes = {
        a: (mix(timestamp ^ mix(high, lateA), timeA) << 1) | 1,
        b: (mix(timestamp ^ mix(high, lateB), timeB) << 1) | 1,
      };
      last = { timestamp, lanes };
      return lanes;
    },
  };
}
