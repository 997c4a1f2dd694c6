// Keeps everybody but the data layer from writing to data.db by accident: a change that goes around it would leave no
// event. Each table has triggers that call a function which only the connections of this program know, so any other
// (`sqlite3 data.db "UPDATE …"`) is told `no such function` before it has written anything.
import type { Sqlite } from '../sqlite.js';

/** Its name is what a stranger reads in SQLite's refusal. */
const FUNCTION = 'only_whodid_may_write_this_database';

const CHANGES = ['INSERT', 'UPDATE', 'DELETE'] as const;

/** Makes `sqlite` one of the connections that may write. */
export function allowWriting(sqlite: Sqlite): void {
  // Without it SQLite lets no trigger call a function that is not built in.
  sqlite.pragma('trusted_schema = ON');
  sqlite.function(FUNCTION, { deterministic: true }, () => 1);
}

/**
 * Guards every table that is not guarded yet, those of migrations to come included. Migrations' own table stays
 * open, as it says nothing about anybody's data.
 */
export function guardTables(sqlite: Sqlite): void {
  const statements = unguardedChanges(sqlite).map(
    ({ table, change }) =>
      `CREATE TRIGGER "${triggerName(table, change)}" BEFORE ${change} ON "${table}" BEGIN SELECT ${FUNCTION}(); END`,
  );
  if (statements.length > 0) sqlite.transaction(() => sqlite.exec(statements.join(';\n'))).immediate();
}

/** What can be written without this program noticing; empty in a database that is guarded. */
export function unguardedChanges(sqlite: Sqlite): { table: string; change: (typeof CHANGES)[number] }[] {
  const names = (type: string) =>
    sqlite.prepare<[string], string>('SELECT name FROM sqlite_schema WHERE type = ?').pluck().all(type);
  const triggers = new Set(names('trigger'));
  return names('table')
    .filter(table => !table.startsWith('sqlite_') && !table.startsWith('__'))
    .flatMap(table => CHANGES.map(change => ({ table, change })))
    .filter(({ table, change }) => !triggers.has(triggerName(table, change)));
}

const triggerName = (table: string, change: string) => `${table}_guarded_${change.toLowerCase()}`;
