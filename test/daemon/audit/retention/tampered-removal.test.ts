// A verification accepts exactly what was announced: nothing cut without an announcement, no event more, nothing put back.
import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createRemover } from '#src/daemon/audit/retention/remover.js';
import type { Sqlite } from '#src/daemon/sqlite.js';
import { verdictOn } from '../verify/logs.js';
import { oldEvents, oldLog } from './removed-log.js';

const SIZE = 600;
const LAST = 350;

const log = await oldLog(oldEvents(SIZE, 8));
const whole = snapshot();
await log.announce(LAST);
const announced = snapshot();
await log.store.removePart();
const halfway = snapshot();
const { removed: HALF } = await log.store.head();
await log.finish();
const removed = snapshot();
log.close();

function snapshot(): Buffer {
  const db = new Database(log.file);
  db.pragma('wal_checkpoint(TRUNCATE)');
  const file = db.serialize();
  db.close();
  // Without the mark of a write-ahead log, which there is none of in memory (SQLite file format, 1.3).
  file.fill(1, 18, 20);
  return file;
}

function setState(db: Sqlite, state: { removed: number; announced: number; announcedBy: number }): void {
  db.exec('DELETE FROM removal');
  db.prepare(
    `INSERT INTO removal (id, removed, announced, announced_by, before)
     VALUES (1, @removed, @announced, @announcedBy, (SELECT recorded_at FROM head))`,
  ).run(state);
}

/** Removes as the logger does, everything that the state says is announced. */
function removeAsLogger(db: Sqlite): void {
  const remover = createRemover(db, { forget: () => undefined }, Date.now);
  const left = db.prepare<[], number>('SELECT announced - removed FROM removal').pluck();
  while (left.get()! > 0) remover.step();
}

const TAMPERINGS: [what: string, state: Buffer, tamper: (db: Sqlite) => void, first: number | null][] = [
  [
    'a beginning is cut, and all that it is found by',
    whole,
    db => {
      setState(db, { removed: 0, announced: 100, announcedBy: 0 });
      removeAsLogger(db);
    },
    1,
  ],
  [
    'a beginning is cut, and another event is said to announce it',
    whole,
    db => {
      setState(db, { removed: 0, announced: 100, announcedBy: 200 });
      removeAsLogger(db);
    },
    1,
  ],
  [
    'one event more is cut',
    removed,
    db => {
      db.exec(`UPDATE removal SET announced = ${LAST + 1}`);
      removeAsLogger(db);
    },
    LAST + 1,
  ],
  [
    'one event more is cut while the others go',
    halfway,
    db => {
      db.exec(`UPDATE removal SET announced = ${LAST + 1}`);
      removeAsLogger(db);
    },
    LAST + 1,
  ],
  [
    'an event more is missing',
    removed,
    db => db.exec(`DELETE FROM events WHERE seq = ${LAST + 1}`),
    LAST + 1,
  ],
  [
    'an event more is missing where the others are yet to go',
    halfway,
    db => db.exec(`DELETE FROM events WHERE seq = ${HALF + 1}`),
    HALF + 1,
  ],
  ['what is removed is said not to be', removed, db => db.exec('DELETE FROM removal'), 1],
  [
    'less is said to be removed than is',
    removed,
    db => db.exec(`UPDATE removal SET removed = ${LAST - 1}`),
    LAST,
  ],
  [
    'another moment is said to be its end',
    removed,
    db => db.exec('UPDATE removal SET before = before + 1'),
    1,
  ],
  [
    'the event that announces it is altered',
    removed,
    db =>
      db.exec(
        `UPDATE events SET body = replace(body, '"last":${LAST}', '"last":${LAST + 9}') WHERE seq > ${SIZE}`,
      ),
    1,
  ],
  [
    'an event is put back',
    removed,
    db =>
      db.exec(
        `INSERT INTO events (seq, id, timestamp, body, salt_key)
         SELECT 5, randomblob(16), timestamp, body, salt_key FROM events LIMIT 1`,
      ),
    null,
  ],
  [
    'an id is added to those of removed reports, so that a report would be passed over',
    removed,
    db => db.exec('INSERT INTO removed_ids (id) VALUES (randomblob(16))'),
    null,
  ],
  [
    'an id of a removed report is taken away, so that it could come again',
    removed,
    db => db.exec('DELETE FROM removed_ids WHERE place = 2'),
    null,
  ],
  [
    'an id of a removed report becomes another',
    removed,
    db => db.exec('UPDATE removed_ids SET id = randomblob(16) WHERE place = 1'),
    null,
  ],
  [
    'an id is added to those of removed reports while the others go',
    halfway,
    db => db.exec('INSERT INTO removed_ids (id) VALUES (randomblob(16))'),
    null,
  ],
  [
    'an id is said to be of a removed report, where nothing is removed',
    whole,
    db => db.exec('INSERT INTO removed_ids (id) VALUES (randomblob(16))'),
    null,
  ],
  [
    'removed events are said to have happened more often',
    removed,
    db => db.exec('UPDATE removal SET occurrences = occurrences + 1'),
    null,
  ],
  [
    'removed events are said to have happened more often while others go',
    halfway,
    db => db.exec('UPDATE removal SET occurrences = occurrences + 1'),
    null,
  ],
  [
    'the leaf of a removed event is altered',
    removed,
    db => {
      const [hashes] = db.prepare('SELECT hashes FROM tiles WHERE level = 0 AND place = 0').raw().get() as [
        Buffer,
      ];
      hashes[70 * 32]! ^= 1;
      db.prepare('UPDATE tiles SET hashes = ? WHERE level = 0 AND place = 0').run(hashes);
    },
    1,
  ],
  [
    'a count says more than is left',
    removed,
    db => db.exec("UPDATE terms SET events = events + 1 WHERE value = 'users:1' AND kind = 1"),
    null,
  ],
];

for (const [state, file] of Object.entries({ whole, announced, halfway, removed })) {
  test(`nothing is found in a log that nobody touched: ${state}`, () => {
    const db = new Database(Buffer.from(file));
    assert.equal(verdictOn(db, log.signer).findings, []);
    db.close();
  });
}

for (const [what, state, tamper, first] of TAMPERINGS) {
  test(`found: ${what}`, () => {
    const db = new Database(Buffer.from(state));
    tamper(db);
    const { ok, firstBad, findings } = verdictOn(db, log.signer);
    assert.is(ok, false, what);
    if (first !== null) assert.is(firstBad, first, JSON.stringify(findings));
    assert.ok(findings.every(({ sentence }) => sentence.endsWith('.')));
    db.close();
  });
}

test.run();
