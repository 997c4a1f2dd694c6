// How far the beginning of the log is removed, as audit.db has it: one row, once anything was announced.
import type { Statement } from 'better-sqlite3';
import type { Sqlite } from '../../sqlite.js';

export interface RemovalState {
  /** Events 1 to this one are gone; 0 if none is. */
  removed: number;
  /** Events up to this one were announced to go. */
  announced: number;
  /** The `seq` of the event that says so; 0 if there is none. */
  announcedBy: number;
  /** Those events were stored before this moment, in milliseconds since the Unix epoch. */
  before: number;
  /** How many occurrences the events stood for that are gone. */
  occurrences: number;
}

export const NOTHING_REMOVED: RemovalState = {
  removed: 0,
  announced: 0,
  announcedBy: 0,
  before: 0,
  occurrences: 0,
};

/** Reads it; cheap enough to be asked whenever it matters. A file of an older version has nothing removed. */
export function removalReader(db: Sqlite): () => RemovalState {
  let read: Statement<[], RemovalState> | undefined;
  return () => {
    if (read === undefined) {
      const isThere = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'removal'").get() !== undefined;
      if (!isThere) return NOTHING_REMOVED;
      read = db.prepare(
        'SELECT removed, announced, announced_by AS announcedBy, before, occurrences FROM removal',
      );
    }
    return read.get() ?? NOTHING_REMOVED;
  };
}

export function removalWriter(db: Sqlite): (state: RemovalState) => void {
  const write = db.prepare<[RemovalState]>(
    `INSERT INTO removal (id, removed, announced, announced_by, before, occurrences)
     VALUES (1, @removed, @announced, @announcedBy, @before, @occurrences)
     ON CONFLICT (id) DO UPDATE SET removed = @removed, announced = @announced,
       announced_by = @announcedBy, before = @before, occurrences = @occurrences`,
  );
  return state => void write.run(state);
}
