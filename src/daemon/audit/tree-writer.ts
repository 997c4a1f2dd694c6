// The Merkle tree of the log, for its one writer: grows with each append and is written in the same transaction.
import { EMPTY_ROOT, HASH_BYTES } from '../../shared/log/merkle-hash.js';
import { edgeAt, grow, rootOf, subtreesOf, TILE_WIDTH } from '../../shared/log/tiles.js';
import type { Sqlite } from '../sqlite.js';
import { createTileReader } from './tile-reader.js';

export interface TreeWriter {
  /** Adds a leaf. */
  append(leaf: Uint8Array): void;
  /** The root over all leaves. */
  root(): Uint8Array;
  /** Writes what is new, in the transaction that is under way. */
  flush(): void;
  /** Goes back to a tree of `size` leaves: the transaction was rolled back. */
  discard(size: number): void;
}

/** The last tile of a level, which still takes hashes. */
interface OpenTile {
  index: number;
  /** Hashes in it. */
  width: number;
  hashes: Buffer;
  isNew: boolean;
}

/** Goes on with a tree of `size` leaves. @throws Error if its tiles are not there */
export function createTreeWriter(db: Sqlite, size: number): TreeWriter {
  const write = db.prepare<[number, number, Buffer]>(
    `INSERT INTO tiles (level, place, hashes) VALUES (?, ?, ?)
     ON CONFLICT (level, place) DO UPDATE SET hashes = excluded.hashes`,
  );
  const readTile = createTileReader(db);
  let edge = edgeAt(size, subtreesOf(readTile));
  let open = openTiles();

  /** One for each level that has a hash. */
  function openTiles(): OpenTile[] {
    const tiles: OpenTile[] = [];
    for (let level = 0, count = edge.size; count > 0; level += 1, count = Math.floor(count / TILE_WIDTH)) {
      const width = count % TILE_WIDTH;
      const tile = { index: Math.floor(count / TILE_WIDTH), width, hashes: blank(), isNew: false };
      if (width > 0) tile.hashes.set(readTile(level, tile.index)!.subarray(0, width * HASH_BYTES));
      tiles.push(tile);
    }
    return tiles;
  }

  function save(level: number, tile: OpenTile): void {
    write.run(level, tile.index, tile.hashes.subarray(0, tile.width * HASH_BYTES));
    tile.isNew = false;
  }

  function place(level: number, hash: Uint8Array): void {
    open[level] ??= { index: 0, width: 0, hashes: blank(), isNew: false };
    const tile = open[level];
    tile.hashes.set(hash, tile.width * HASH_BYTES);
    tile.width += 1;
    tile.isNew = true;
    if (tile.width < TILE_WIDTH) return;
    save(level, tile);
    tile.index += 1;
    tile.width = 0;
  }

  return {
    append: leaf => grow(edge, leaf, place),
    root: () => rootOf(edge) ?? EMPTY_ROOT,
    flush() {
      for (const [level, tile] of open.entries()) if (tile.isNew) save(level, tile);
    },
    discard(kept) {
      edge = edgeAt(kept, subtreesOf(readTile));
      open = openTiles();
    },
  };
}

const blank = () => Buffer.alloc(TILE_WIDTH * HASH_BYTES);
