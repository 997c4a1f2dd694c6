// Events in plain tables of better-sqlite3 that answer what the log answers: the same facts in a row for each event, and
// an index in the order of time for every filter, so as many as the log has; WAL with FULL, inserted in batches. Nothing
// is hashed, counted ahead, packed or recognised again. Ids are bytes, each fact is stored once, and indexes of what
// most events lack leave those out, as somebody who wants it fast would have it.
import { openDurable } from './durable-database.js';

/** By column, what it holds of an event; an object's type and id are apart. */
const COLUMNS = {
  action: event => event.action,
  outcome: event => event.outcome,
  actor_type: event => event.actorType,
  actor_id: event => event.actorId,
  target_type: event => event.targetType,
  target_id: event => event.targetId,
  source: event => event.source,
  event_name: event => event.eventName,
  request_id: event => event.requestId,
  correlation_id: event => event.correlationId,
  tenant_id: event => event.tenantId,
  behalf_type: event => event.onBehalfOf?.type,
  behalf_id: event => event.onBehalfOf?.id,
  ip: event => event.context?.ip,
  session_id: event => event.context?.sessionId,
};

/** What each index begins with; a whole type is a filter of its own. `field` has a table, as an event has several. */
const INDEXES = [
  ['action'],
  ['outcome'],
  ['actor_type', 'actor_id'],
  ['actor_type'],
  ['target_type', 'target_id'],
  ['target_type'],
  ['source'],
  ['event_name'],
  ['request_id'],
  ['correlation_id'],
  ['tenant_id'],
  ['behalf_type', 'behalf_id'],
  ['behalf_type'],
  ['ip'],
  ['session_id'],
];

/** The facts that no column holds, as JSON. */
function restOf({ actorName, targetName, changes, count, metadata, redactions, externalId, context }) {
  const { ip: _ip, sessionId: _sessionId, ...circumstances } = context ?? {};
  return JSON.stringify({
    actorName,
    targetName,
    changes,
    count,
    metadata,
    redactions,
    externalId,
    context: circumstances,
  });
}

/** Opens `file`, made if it is not there. */
export function openIndexedEvents(file) {
  const columns = Object.keys(COLUMNS);
  const values = Object.values(COLUMNS);
  const db = openDurable(file);
  db.exec(`
    CREATE TABLE IF NOT EXISTS events (
      seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, timestamp INTEGER NOT NULL, recorded_at INTEGER NOT NULL,
      ${columns.map(column => `${column} TEXT`).join(', ')}, rest TEXT NOT NULL
    );
    CREATE INDEX IF NOT EXISTS events_by_time ON events (timestamp);
    CREATE TABLE IF NOT EXISTS fields (
      field TEXT NOT NULL, timestamp INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (field, timestamp, seq)
    ) WITHOUT ROWID;
    ${INDEXES.map(
      of =>
        `CREATE INDEX IF NOT EXISTS events_by_${of.join('_')} ON events (${of.join(', ')}, timestamp) WHERE ${of[0]} IS NOT NULL;`,
    ).join('\n')}
  `);
  const insert = db.prepare(
    `INSERT INTO events (id, timestamp, recorded_at, rest, ${columns.join(', ')})
     VALUES (?, ?, ?, ?, ${columns.map(() => '?').join(', ')})`,
  );
  const insertField = db.prepare('INSERT INTO fields (field, timestamp, seq) VALUES (?, ?, ?)');
  return {
    insertBatch: db.transaction(events => {
      const now = Date.now();
      for (const event of events) {
        const id = Buffer.from(event.id.replaceAll('-', ''), 'hex');
        const facts = values.map(factOf => factOf(event) ?? null);
        const { lastInsertRowid } = insert.run(id, event.timestamp, now, restOf(event), ...facts);
        for (const field in event.changes) insertField.run(field, event.timestamp, lastInsertRowid);
      }
    }),
    close: () => db.close(),
  };
}
