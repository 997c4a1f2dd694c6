// Checks proofs of the Merkle tree with nothing but hashes (RFC 9162 §2.1.3.2 and §2.1.4.2, whose proofs are those
// of RFC 6962): that an entry is in a tree, and that one tree is the beginning of another.
import { EMPTY_ROOT, HASH_BYTES, nodeHash } from './merkle-hash.js';
import { splitOf } from './merkle-tree.js';

/** What a tree was at one moment. */
export interface TreeHead {
  /** Leaves. */
  size: number;
  root: Uint8Array;
}

/** Whether `proof` leads from the leaf hash `leaf` at `index` to the root of `tree`. */
export function provesInclusion(
  leaf: Uint8Array,
  index: number,
  tree: TreeHead,
  proof: readonly Uint8Array[],
): boolean {
  if (!isSize(index) || !isSize(tree.size) || index >= tree.size || !areHashes([leaf, ...proof]))
    return false;
  const steps = stepsTo(index, tree.size);
  if (steps.length !== proof.length) return false;
  let hash = leaf;
  for (const [at, step] of steps.entries()) {
    hash = step === 'left' ? nodeHash(proof[at]!, hash) : nodeHash(hash, proof[at]!);
  }
  return equal(hash, tree.root);
}

/** Whether `proof` shows that the tree `later` begins with the tree `earlier`. */
export function provesConsistency(earlier: TreeHead, later: TreeHead, proof: readonly Uint8Array[]): boolean {
  if (!isSize(earlier.size) || !isSize(later.size) || earlier.size > later.size || !areHashes(proof))
    return false;
  if (earlier.size === 0) return proof.length === 0 && equal(earlier.root, EMPTY_ROOT);
  if (earlier.size === later.size) return proof.length === 0 && equal(earlier.root, later.root);
  const steps = stepsAround(earlier.size, later.size);
  // The first hash is that of the last complete part of the earlier tree; if that is all of it, it is its root.
  const [first, ...rest] = isPowerOfTwo(earlier.size) ? [earlier.root, ...proof] : proof;
  if (first === undefined || rest.length !== steps.length) return false;
  let old = first;
  let grown = first;
  for (const [at, step] of steps.entries()) {
    if (step === 'left') old = nodeHash(rest[at]!, old);
    grown = step === 'left' ? nodeHash(rest[at]!, grown) : nodeHash(grown, rest[at]!);
  }
  return equal(old, earlier.root) && equal(grown, later.root);
}

/** On which side the hashes of a proof stand. */
type Step = 'left' | 'right';

/** From the leaf `index` up to the root. */
function stepsTo(index: number, size: number): Step[] {
  if (size === 1) return [];
  const split = splitOf(size);
  return index < split
    ? [...stepsTo(index, split), 'right']
    : [...stepsTo(index - split, size - split), 'left'];
}

/** From the last complete part of a tree of `old` leaves up to the root of one of `size`. */
function stepsAround(old: number, size: number): Step[] {
  if (old === size) return [];
  const split = splitOf(size);
  return old <= split
    ? [...stepsAround(old, split), 'right']
    : [...stepsAround(old - split, size - split), 'left'];
}

const isSize = (value: number) => Number.isSafeInteger(value) && value >= 0;
const areHashes = (hashes: readonly Uint8Array[]) => hashes.every(({ length }) => length === HASH_BYTES);
const isPowerOfTwo = (size: number) => Number.isInteger(Math.log2(size));
const equal = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;
