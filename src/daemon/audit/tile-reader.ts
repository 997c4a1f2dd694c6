// Tiles of the Merkle tree as audit.db has them.
import type { Tiles } from '../../shared/log/tiles.js';
import type { Sqlite } from '../sqlite.js';

export function createTileReader(db: Sqlite): Tiles {
  const read = db
    .prepare<[number, number], Buffer>('SELECT hashes FROM tiles WHERE level = ? AND place = ?')
    .pluck();
  return (level, index) => read.get(level, index);
}
