// A Merkle tree (RFC 6962 §2.1) read through the hashes of its complete subtrees: its root at any size that it has
// had, and the proofs that an entry is in it and that it has only grown.
import { EMPTY_ROOT, nodeHash } from './merkle-hash.js';

/**
 * The hash of a complete subtree: the one that spans the entries `index` × 2^`level` up to the next such place.
 * @throws Error if the tree has not grown so far
 */
export type Subtrees = (level: number, index: number) => Uint8Array;

/** The root of the tree when it had `size` leaves. */
export function rootAt(size: number, subtrees: Subtrees): Uint8Array {
  return size === 0 ? EMPTY_ROOT : hashOf(0, size, subtrees);
}

/**
 * The hashes that lead from the leaf `index` to the root at `size` (RFC 6962 §2.1.1, its "audit path").
 * @throws RangeError if there is no such leaf at that size
 */
export function inclusionProof(index: number, size: number, subtrees: Subtrees): Uint8Array[] {
  if (index < 0 || index >= size) throw new RangeError(`A tree of ${size} leaves has no leaf ${index}.`);
  return pathTo(index, 0, size, subtrees);
}

/**
 * The hashes that show that the tree of `newSize` begins with the one of `oldSize` (RFC 6962 §2.1.2).
 * @throws RangeError if `oldSize` is greater
 */
export function consistencyProof(oldSize: number, newSize: number, subtrees: Subtrees): Uint8Array[] {
  if (oldSize > newSize) throw new RangeError(`A tree of ${newSize} leaves does not begin with ${oldSize}.`);
  return oldSize === 0 ? [] : prefixPath(oldSize, 0, newSize, true, subtrees);
}

/** The largest power of two below `width`, as RFC 6962 divides a tree of more than one leaf. */
export function splitOf(width: number): number {
  let split = 1;
  while (2 * split < width) split *= 2;
  return split;
}

/** The hash over the entries `from` to `to` (exclusive), one at least; a part that RFC 6962's division makes. */
function hashOf(from: number, to: number, subtrees: Subtrees): Uint8Array {
  const width = to - from;
  const level = Math.log2(width);
  if (Number.isInteger(level)) return subtrees(level, from / width);
  const middle = from + splitOf(width);
  return nodeHash(hashOf(from, middle, subtrees), hashOf(middle, to, subtrees));
}

function pathTo(index: number, from: number, to: number, subtrees: Subtrees): Uint8Array[] {
  if (to - from === 1) return [];
  const middle = from + splitOf(to - from);
  return index < middle
    ? [...pathTo(index, from, middle, subtrees), hashOf(middle, to, subtrees)]
    : [...pathTo(index, middle, to, subtrees), hashOf(from, middle, subtrees)];
}

/** SUBPROOF of RFC 6962; `known` if the verifier has the hash of the entries up to `size`: it is the old root. */
function prefixPath(
  size: number,
  from: number,
  to: number,
  known: boolean,
  subtrees: Subtrees,
): Uint8Array[] {
  if (size === to) return known ? [] : [hashOf(from, to, subtrees)];
  const middle = from + splitOf(to - from);
  return size <= middle
    ? [...prefixPath(size, from, middle, known, subtrees), hashOf(middle, to, subtrees)]
    : [...prefixPath(size, middle, to, false, subtrees), hashOf(from, middle, subtrees)];
}
