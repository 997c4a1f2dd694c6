// A write-ahead log stays below its limit while others read without a pause, also past a reader who stays long.
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openForReading, openForWriting, type Sqlite } from '#src/daemon/sqlite.js';
import { boundWal, walBytes } from '#src/daemon/wal.js';
import { temporaryDirectory } from './temporary-directory.js';

const LIMITS = { passiveBytes: 16 * 4096, beginBytes: 48 * 4096, limitBytes: 64 * 4096, waitMs: 100 };

function database() {
  const file = join(temporaryDirectory(), 'a.db');
  const db = openForWriting(file);
  db.exec('CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT)');
  const insert = db.prepare('INSERT INTO t (text) VALUES (?)');
  return { file, db, write: () => void insert.run('x'.repeat(4_000)) };
}

/** Begins to read, and goes on until told to end. */
function reader(file: string): { end(): void } {
  const db: Sqlite = openForReading(file);
  db.exec('BEGIN');
  db.prepare('SELECT count(*) FROM t').get();
  return { end: () => void db.close() };
}

/** Another thread that reads again and again without a pause. */
const READING = `
const { parentPort, workerData } = require('node:worker_threads');
const Database = require('better-sqlite3');
const db = new Database(workerData, { readonly: true });
const count = db.prepare('SELECT count(text), sum(length(text)) FROM t');
count.get();
parentPort.postMessage('reading');
for (;;) count.get();
`;

test('with somebody who reads all the time it does not grow past its limit', async () => {
  const { file, db, write } = database();
  write();
  const worker = new Worker(READING, { eval: true, workerData: file });
  await once(worker, 'message');
  const keepBounded = boundWal(db, { ...LIMITS, waitMs: 60_000 });
  let most = 0;
  for (let n = 0; n < 300; n += 1) {
    write();
    most = Math.max(most, walBytes(file));
    keepBounded();
  }
  await worker.terminate();
  db.close();
  assert.ok(most <= LIMITS.limitBytes, `it had ${most} bytes`);
});

test('a reader who stays keeps it for that long, and is not waited for again and again', () => {
  const { file, db, write } = database();
  let tries = 0;
  const pragma = db.pragma.bind(db);
  db.pragma = (source: string, ...rest: []) => {
    if (source.includes('PASSIVE')) tries += 1;
    return pragma(source, ...rest);
  };
  const keepBounded = boundWal(db, LIMITS);
  const stays = reader(file);
  for (let n = 0; n < 200; n += 1) write();
  const before = walBytes(file);
  assert.ok(before > LIMITS.limitBytes);
  for (let n = 0; n < 1_000; n += 1) keepBounded();
  assert.is(walBytes(file), before, 'the reader still needs it');
  assert.ok(tries < 500, `${tries} tries`);
  stays.end();
  const { now } = performance;
  const later = performance.now() + 10_000;
  performance.now = () => later;
  try {
    keepBounded();
  } finally {
    performance.now = now;
  }
  assert.is(walBytes(file), 0);
  db.close();
});

test.run();
