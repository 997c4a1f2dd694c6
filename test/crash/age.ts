// Databases of today as the first version left them: what later migrations added is taken away.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

type Kind = 'table' | 'index' | 'trigger';

const namesOf = (db: Database.Database, kind: Kind) =>
  db
    .prepare<[Kind], string>(
      "SELECT name FROM sqlite_schema WHERE type = ? AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_\\_%' ESCAPE '\\'",
    )
    .pluck()
    .all(kind);

const columnsOf = (db: Database.Database, table: string) =>
  db.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table);

/** The schema of the first migration of `drizzle/<name>`. */
function firstSchema(name: string): Database.Database {
  const folder = join('drizzle', name);
  const [first] = readdirSync(folder)
    .filter(file => file.endsWith('.sql'))
    .sort();
  const db = new Database(':memory:');
  db.exec(readFileSync(join(folder, first!), 'utf8').replaceAll('--> statement-breakpoint', ''));
  return db;
}

/** Ages both databases of a data directory on which no daemon runs. The records and the events stay. */
export function age(home: string): void {
  for (const name of ['data', 'audit']) {
    const db = new Database(join(home, `${name}.db`));
    // As the product's own connections: the guard of data.db lets it write.
    db.function('only_whodid_may_write_this_database', () => 1);
    db.pragma('trusted_schema = ON');
    const first = firstSchema(name);
    db.transaction(() => {
      for (const kind of ['trigger', 'index', 'table'] as const) {
        const had = namesOf(first, kind);
        for (const each of namesOf(db, kind)) if (!had.includes(each)) db.exec(`DROP ${kind} "${each}"`);
      }
      for (const table of namesOf(first, 'table')) {
        const had = columnsOf(first, table);
        for (const column of columnsOf(db, table))
          if (!had.includes(column)) db.exec(`ALTER TABLE "${table}" DROP COLUMN "${column}"`);
      }
      db.exec(
        'DELETE FROM __drizzle_migrations WHERE created_at > (SELECT min(created_at) FROM __drizzle_migrations)',
      );
      // The new tree has other roots than those that were signed.
      if (name === 'data') db.exec("DELETE FROM meta WHERE key = 'checkpoint'");
    })();
    db.close();
    first.close();
  }
}
