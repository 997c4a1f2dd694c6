// Gives a log that was written before there were rollups its own, all or nothing.
import type { Sqlite } from '../../sqlite.js';
import { KIND, type Kind } from '../term.js';
import { BUSY_EVENTS } from './rollup.js';
import { createRollupWriter } from './rollup-writer.js';

/** Counts the rollups of the log in `db` if it has events and none. */
export function plantRollups(db: Sqlite): void {
  db.transaction(() => {
    const bare = db.prepare('SELECT 1 FROM head WHERE size > 0 AND NOT EXISTS (SELECT 1 FROM rollups)').get();
    if (bare === undefined) return;
    const subjects = db.prepare<[Kind, Kind, Kind, number], { id: number; kind: Kind }>(
      'SELECT id, kind FROM terms WHERE kind = ? OR (kind IN (?, ?) AND events >= ?)',
    );
    const rollups = createRollupWriter(db);
    for (const { id, kind } of subjects.all(KIND.all, KIND.actor, KIND.target, BUSY_EVENTS)) {
      rollups.recount(id, kind);
    }
  }).immediate();
}
