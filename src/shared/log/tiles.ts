// Where hashes of the Merkle tree are kept (C2SP tlog-tiles): a tile holds up to 256 hashes side by side; those of
// level 0 are leaf hashes, each one above is that of a full tile below. What lies between is computed.
import { HASH_BYTES, nodeHash } from './merkle-hash.js';
import type { Subtrees } from './merkle-tree.js';

/** Most hashes of a tile, and the levels of the tree that one level of tiles spans. */
export const TILE_WIDTH = 256;
export const TILE_HEIGHT = 8;

/** The hashes of a tile, one after the other; `undefined` if there is none. The last of a level may be partial. */
export type Tiles = (level: number, index: number) => Uint8Array | undefined;

/** The subtrees of a tree in tiles. */
export function subtreesOf(tiles: Tiles): Subtrees {
  return (level, index) => {
    const tileLevel = Math.floor(level / TILE_HEIGHT);
    const width = 2 ** (level % TILE_HEIGHT);
    const first = index * width;
    const tile = tiles(tileLevel, Math.floor(first / TILE_WIDTH));
    const from = first % TILE_WIDTH;
    if (tile === undefined || tile.length < (from + width) * HASH_BYTES) {
      throw new Error(`The tree has no hash at level ${level}, place ${index}.`);
    }
    return hashOfTile(tile, from, width);
  };
}

/** The hash over `width` (a power of two) hashes of `tile`. */
function hashOfTile(tile: Uint8Array, from: number, width: number): Uint8Array {
  if (width === 1) return tile.subarray(from * HASH_BYTES, (from + 1) * HASH_BYTES);
  const half = width / 2;
  return nodeHash(hashOfTile(tile, from, half), hashOfTile(tile, from + half, half));
}

/** A tree that grows by a leaf at a time, as far as it is needed to go on. */
export interface TreeEdge {
  /** Leaves. */
  size: number;
  /** By level, the last complete subtrees: there is one at each level whose bit is set in `size`. */
  subtrees: Uint8Array[];
}

/** The edge of a tree of `size` leaves. */
export function edgeAt(size: number, subtrees: Subtrees): TreeEdge {
  const edge: TreeEdge = { size, subtrees: [] };
  for (let level = 0, width = 1; width <= size; level += 1, width *= 2) {
    const index = Math.floor(size / width) - 1;
    if (Math.floor(size / width) % 2 === 1) edge.subtrees[level] = subtrees(level, index);
  }
  return edge;
}

/** Adds a leaf and gives each hash that belongs into a tile to `place`, by the level of tiles. */
export function grow(
  edge: TreeEdge,
  leaf: Uint8Array,
  place: (level: number, hash: Uint8Array) => void,
): void {
  let hash = leaf;
  let level = 0;
  place(0, hash);
  for (let width = 1; Math.floor(edge.size / width) % 2 === 1; width *= 2) {
    hash = nodeHash(edge.subtrees[level]!, hash);
    level += 1;
    if (level % TILE_HEIGHT === 0) place(level / TILE_HEIGHT, hash);
  }
  edge.subtrees[level] = hash;
  edge.size += 1;
}

/** The root of the tree; that of no leaves is not asked for. */
export function rootOf({ size, subtrees }: TreeEdge): Uint8Array | undefined {
  let root: Uint8Array | undefined;
  for (let level = 0, width = 1; width <= size; level += 1, width *= 2) {
    if (Math.floor(size / width) % 2 === 0) continue;
    root = root === undefined ? subtrees[level]! : nodeHash(subtrees[level]!, root);
  }
  return root;
}
