// Events in a plain table of better-sqlite3, WAL with FULL, with an index by actor and one by target, inserted in
// batches: what SQLite can do when nothing is hashed, counted or searched by anything else.
import { openDurable } from './durable-database.js';

/** Opens `file`, made if it is not there. */
export function openRawEvents(file) {
  const db = openDurable(file);
  db.exec(`
    CREATE TABLE IF NOT EXISTS events (
      seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, timestamp INTEGER NOT NULL,
      actor TEXT NOT NULL, target TEXT NOT NULL, body TEXT NOT NULL
    );
    CREATE INDEX IF NOT EXISTS events_by_actor ON events (actor, timestamp, seq);
    CREATE INDEX IF NOT EXISTS events_by_target ON events (target, timestamp, seq);
  `);
  const insert = db.prepare('INSERT INTO events (id, timestamp, actor, target, body) VALUES (?, ?, ?, ?, ?)');
  const newest = column =>
    db.prepare(
      `SELECT seq, id, timestamp, body FROM events WHERE ${column} = ? ORDER BY timestamp DESC, seq DESC LIMIT ?`,
    );
  const newestOf = { actor: newest('actor'), target: newest('target') };
  return {
    insertBatch: db.transaction(events => {
      for (const event of events) {
        const { id, timestamp, actorType, actorId, targetType, targetId } = event;
        insert.run(
          id,
          timestamp,
          `${actorType}:${actorId}`,
          `${targetType}:${targetId}`,
          JSON.stringify(event),
        );
      }
    }),
    /** @param {'actor' | 'target'} column @param {string} ref `TYPE:ID` */
    newest: (column, ref, limit) => newestOf[column].all(ref, limit),
    close: () => db.close(),
  };
}
