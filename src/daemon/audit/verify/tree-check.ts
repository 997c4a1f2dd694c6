// Compares the tree that the events make with the one that audit.db has, leaf by leaf, and with what others know of it.
import { EMPTY_ROOT, HASH_BYTES } from '../../../shared/log/merkle-hash.js';
import type { TreeHead } from '../../../shared/log/merkle-proof.js';
import { rootAt } from '../../../shared/log/merkle-tree.js';
import { edgeAt, grow, rootOf, subtreesOf, TILE_WIDTH } from '../../../shared/log/tiles.js';
import type { Sqlite } from '../../sqlite.js';
import { createTileReader } from '../tile-reader.js';
import type { Findings } from './findings.js';

/** What the tree was at some moment, as somebody knows it. */
export interface KnownHead extends TreeHead {
  /** Whose word it is, for a sentence: `the checkpoint in audit.db`. */
  name: string;
  /** It was kept outside of the log, so that whoever rewrites the log does not reach it. */
  isKept: boolean;
}

export interface TreeCheck {
  /** Whether the tree has `leaf` as the next one. Without a leaf, or with another, it goes on with its own. */
  next(leaf: Buffer | undefined): boolean;
  /** Goes on with its own leaf, of an event that is removed. */
  skip(): void;
  /** The root so far. */
  root(): Uint8Array;
  /** Compares everything that has an end with it: the tree has `size` leaves. */
  finish(size: number): void;
}

/**
 * @param start leaves that are taken as they are in the tiles, which make the root that somebody vouched for
 * @param heads in no order
 */
export function createTreeCheck(
  db: Sqlite,
  start: number,
  heads: readonly KnownHead[],
  findings: Findings,
): TreeCheck {
  const read = createTileReader(db);
  const subtrees = subtreesOf(read);
  const edge = edgeAt(start, subtrees);
  const open: { index: number; hashes: Buffer | undefined }[] = [];
  const counts: number[] = [];
  for (let count = start; count > 0; count = Math.floor(count / TILE_WIDTH)) counts.push(count);
  const ahead = heads.toSorted((a, b) => a.size - b.size);
  /** Sizes at which a head that was kept agreed. */
  const good = [start];
  while (ahead[0] !== undefined && ahead[0].size <= start) {
    const head = ahead.shift()!;
    compare(head, rootAt(head.size, subtrees));
  }

  function compare({ name, size, root, isKept }: KnownHead, own: Uint8Array): void {
    if (Buffer.compare(root, own) === 0) {
      if (isKept) good.push(size);
      return;
    }
    const first = Math.max(...good.filter(known => known < size), 0) + 1;
    const span = size > first ? `one of the events ${first} to ${size} was` : `event ${size} was`;
    findings.add('checkpoint', first, `${name} knows another log: ${span} rewritten.`);
  }

  /** The hash that the tiles have at a place; `undefined` if none. */
  function stored(level: number, place: number): Buffer | undefined {
    const index = Math.floor(place / TILE_WIDTH);
    const end = ((place % TILE_WIDTH) + 1) * HASH_BYTES;
    open[level] ??= { index: -1, hashes: undefined };
    const tile = open[level];
    if (tile.index !== index || (tile.hashes?.length ?? 0) < end) {
      const hashes = read(level, index);
      tile.index = index;
      tile.hashes = hashes === undefined ? undefined : Buffer.from(hashes);
    }
    return tile.hashes === undefined || tile.hashes.length < end
      ? undefined
      : tile.hashes.subarray(end - HASH_BYTES, end);
  }

  /** Grows by the leaf that the tiles have, or else by `leaf`. @returns the one of the tiles */
  function growBy(leaf: Buffer | undefined): Buffer | undefined {
    const seq = edge.size + 1;
    const own = stored(0, edge.size);
    if (own === undefined) findings.add('tree', seq, `The tree has no leaf for event ${seq}.`);
    grow(edge, own ?? leaf ?? Buffer.alloc(HASH_BYTES), (level, hash) => {
      const place = counts[level] ?? 0;
      counts[level] = place + 1;
      if (level === 0) return;
      const above = stored(level, place);
      if (above === undefined || Buffer.compare(above, hash) !== 0) {
        const first = place * TILE_WIDTH ** level + 1;
        findings.add('tree', first, `The tree is damaged above the events ${first} to ${seq}.`);
      }
    });
    while (ahead[0]?.size === edge.size) compare(ahead.shift()!, rootOf(edge)!);
    return own;
  }

  return {
    next(leaf) {
      const own = growBy(leaf);
      return leaf !== undefined && own !== undefined && leaf.equals(own);
    },
    skip: () => void growBy(undefined),
    root: () => rootOf(edge) ?? EMPTY_ROOT,
    finish(size) {
      for (const { name, size: known } of ahead) {
        const missing = known - size > 1 ? `the events ${size + 1} to ${known} are` : `event ${known} is`;
        findings.add(
          'checkpoint',
          size + 1,
          `${name} covers ${known} events: ${missing} missing, the log was cut or rolled back.`,
        );
      }
      tileCounts(size);
    },
  };

  /** No hashes but those of the tree. */
  function tileCounts(size: number): void {
    const rows = db
      .prepare<[], { level: number; tiles: number; last: number; bytes: number }>(
        'SELECT level, count(*) AS tiles, max(place) AS last, sum(length(hashes)) AS bytes FROM tiles GROUP BY level',
      )
      .all();
    const wanted = new Map<number, number>();
    for (let level = 0, count = size; count > 0; level += 1, count = Math.floor(count / TILE_WIDTH)) {
      wanted.set(level, count);
    }
    for (const { level, tiles, last, bytes } of rows) {
      const count = wanted.get(level) ?? 0;
      wanted.delete(level);
      const needed = Math.ceil(count / TILE_WIDTH);
      if (tiles !== needed || last !== needed - 1 || bytes !== count * HASH_BYTES) {
        findings.add(
          'tree',
          null,
          `The tree has hashes at level ${level} that are not those of ${size} events.`,
        );
      }
    }
    for (const level of wanted.keys())
      findings.add('tree', null, `The tree has no hashes at level ${level}.`);
  }
}
