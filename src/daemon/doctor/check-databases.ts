// Doctor's checks of data.db and audit.db: each by itself, and whether the two belong together.
import { join } from 'node:path';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { adviceOf, findMismatch } from '../agreement/require-agreement.js';
import { openOutboxReader } from '../data/outbox.js';
import { PACKAGE_ROOT } from '../package-root.js';
import { openForReading, type Sqlite } from '../sqlite.js';
import type { Finding, Patient } from './doctor.js';

/** A log entry later than now by more than this means that the clock was set back, in milliseconds. */
const CLOCK_TOLERANCE_MS = 60_000;

const RESTORE = 'Stop the daemon and restore a backup with `whodid restore DIR`.';

/** Integrity and schema of one database. */
export function checkDatabase(file: string, migrations: 'data' | 'audit'): Finding {
  return reading(file, db => {
    const [first] = db.pragma('quick_check(1)') as { quick_check: string }[];
    if (first?.quick_check !== 'ok') {
      return { status: 'fail', detail: `damaged: ${first?.quick_check}`, advice: RESTORE };
    }
    const applied =
      db.prepare<[], number>('SELECT max(created_at) FROM __drizzle_migrations').pluck().get() ?? 0;
    const migrationsFolder = join(PACKAGE_ROOT, 'drizzle', migrations);
    const known = readMigrationFiles({ migrationsFolder }).at(-1)?.folderMillis ?? 0;
    if (applied > known) {
      return {
        status: 'fail',
        detail: 'written by a newer version of whodid',
        advice: 'Install that version again.',
      };
    }
    if (applied < known) {
      return {
        status: 'warn',
        detail: 'of an older version of whodid',
        advice: 'The next start of the daemon brings it up to date: make a backup before.',
      };
    }
    return { status: 'ok', detail: 'intact, schema up to date' };
  });
}

/** Whether the log goes on where data.db's outbox has its next event. */
export async function checkOutbox({ paths }: Patient): Promise<Finding> {
  // The two are read one after the other, and a daemon prunes meanwhile: what is wrong stays wrong.
  for (let triesLeft = 4; ; triesLeft--) {
    const mismatch = findMismatch(paths);
    if (mismatch === undefined) break;
    if (triesLeft === 0) return { status: 'fail', detail: mismatch.found, advice: adviceOf(mismatch) };
  }
  const outbox = openOutboxReader(paths.dataDb);
  try {
    const backlog = await outbox.depth(logHead(paths.auditDb).cursor);
    return { status: 'ok', detail: `${backlog} events wait to be stored` };
  } finally {
    outbox.close();
  }
}

/** Whether time has gone backwards since the newest event. */
export function checkClock({ paths, clock }: Patient): Finding {
  const now = clock();
  const { recordedAt } = logHead(paths.auditDb);
  const detail = `it is ${new Date(now).toISOString()}`;
  if (recordedAt <= now + CLOCK_TOLERANCE_MS) return { status: 'ok', detail };
  return {
    status: 'warn',
    detail: `${detail}, and the newest event was stored ${new Date(recordedAt).toISOString()}`,
    advice: 'Set the clock: until then new events carry that later time as `recordedAt`.',
  };
}

interface Head {
  cursor: string | null;
  recordedAt: number;
}

function logHead(auditDb: string): Head {
  return reading(auditDb, db => {
    const head = db.prepare<[], Head>('SELECT cursor, recorded_at AS recordedAt FROM head').get();
    return head ?? { cursor: null, recordedAt: 0 };
  });
}

function reading<T>(file: string, use: (db: Sqlite) => T): T {
  const db = openForReading(file);
  try {
    return use(db);
  } finally {
    db.close();
  }
}
