// Opens data.db, brings it to this version's schema, and knows which database it is.
import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';
import { migrateDatabase } from '../migrate.js';
import { naming, openForReading, openForWriting, type Sqlite } from '../sqlite.js';
import { type AtStep, passBy } from '../steps.js';
import { allowWriting, guardTables } from './guard.js';
import * as schema from './schema.js';

export type Db = BetterSQLite3Database<typeof schema>;

/** data.db, open for its one writer. */
export interface DataDatabase {
  /** The connection itself, for transactions. */
  sqlite: Sqlite;
  db: Db;
  /** The id made at `init`. */
  instance: string;
  /** The id of this incarnation of the database. */
  epoch: string;
}

/** Opens `file` and migrates it. @throws Error if it cannot be opened, migrated, was never initialised, or is of a newer version. */
export function openDataDatabase(file: string, atStep: AtStep = passBy): DataDatabase {
  const sqlite = openGuarded(file, atStep);
  try {
    const db = drizzle(sqlite, { schema });
    return { sqlite, db, instance: metaValue(db, 'instance', file), epoch: metaValue(db, 'epoch', file) };
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

/** The id of the instance that `file` belongs to, read without a change. @throws Error as `openDataDatabase` does */
export function readInstance(file: string): string {
  const sqlite = openForReading(file);
  try {
    return metaValue(drizzle(sqlite, { schema }), 'instance', file);
  } finally {
    sqlite.close();
  }
}

/** Creates `file` with the schema and the identity of `instance`. */
export function createDataDatabase(file: string, instance: string): void {
  const sqlite = openGuarded(file, passBy);
  try {
    drizzle(sqlite, { schema })
      .insert(schema.meta)
      .values([
        { key: 'instance', value: instance },
        { key: 'epoch', value: randomUUID() },
      ])
      .run();
  } finally {
    sqlite.close();
  }
}

/** Opens `file` with the schema of this version, which nobody else can write by accident. */
function openGuarded(file: string, atStep: AtStep): Sqlite {
  const sqlite = openForWriting(file);
  try {
    allowWriting(sqlite);
    migrateDatabase(sqlite, 'data', file, atStep);
    atStep('mid-migration');
    guardTables(sqlite);
    return sqlite;
  } catch (error) {
    sqlite.close();
    throw naming(file, error);
  }
}

function metaValue(db: Db, key: string, file: string): string {
  const row = db.select().from(schema.meta).where(eq(schema.meta.key, key)).get();
  if (row === undefined) {
    throw new Error(`${file} has no ${key}: it was not made by \`whodid init\`.`);
  }
  return row.value;
}
