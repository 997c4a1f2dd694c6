// Each class of tampering is found wherever it happens, and the first bad event is named. `npm run test:tamper` does
// each a thousand times.
import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createStoredEvents, leafOf } from '#src/daemon/audit/stored-event.js';
import { createTermReader } from '#src/daemon/audit/term-reader.js';
import { createTreeWriter } from '#src/daemon/audit/tree-writer.js';
import type { Sqlite } from '#src/daemon/sqlite.js';
import { signCheckpoint } from '#src/shared/log/checkpoint.js';
import type { NoteSigner } from '#src/shared/log/signed-note.js';
import type { LogVerdict } from '#src/shared/verification.js';
import { FULL, howMany, seed } from '../../../full-form.js';
import { carriedOut, ofTarget } from '../erasure/carried-out.js';
import { testSigner } from '../test-signer.js';
import { editErasure } from './erasure-tampering.js';
import { type LogState, logStates, randomEvents, verdictOn } from './logs.js';
import { type Random, TAMPERINGS } from './tampering.js';

const RUNS = howMany('WHODID_TEST_TAMPERINGS', 6, 1_000);
const SEED = seed();

/** A small generator of its own seed (mulberry32), so that a run can be repeated. */
function randomFrom(seed: number): Random {
  let state = seed;
  return bound => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

const signer = testSigner();
const counts = [100, 255, 256, 257, 400, 511, 600, 700];
/** Something is erased of the events, between the states before the last. */
const ERASED_FROM = 4;
const states = await logStates(randomEvents(700, 3), counts, signer, (store, place) =>
  place <= ERASED_FROM || place === counts.length - 1
    ? Promise.resolve()
    : carriedOut(store, {
        filters: [ofTarget(place % 2 === 0 ? 'n:1' : 'users:10')],
        seqs: [3 * place, 5 * place, 7 * place, 100 + place],
        paths: ['/changes', '/context/ip', '/metadata/k', '/actorName', '/context/comment'].slice(place % 3),
      }),
);
const sizes = states.map(({ size }) => size);
const newest = states.at(-1)!;

const copyOf = ({ file }: LogState) => new Database(Buffer.from(file));

const started = performance.now();

function tell(what: string): void {
  if (FULL)
    console.log(
      `${what}: ${RUNS} times, found each time, ${Math.round((performance.now() - started) / 1000)} s`,
    );
}

/** Runs `tamper` on a copy of `state`; what is then found. Draws again what changed nothing. */
function tampered(
  state: LogState,
  tamper: (db: Sqlite) => number | null | undefined,
): { first: number | null; verdict: (...kept: string[]) => LogVerdict; db: Sqlite } {
  for (;;) {
    const db = copyOf(state);
    db.pragma('ignore_check_constraints = ON');
    let first: number | null | undefined;
    try {
      first = tamper(db);
    } catch (error) {
      // What would break a key of a table cannot be written this way.
      if (!String((error as { code?: string }).code).startsWith('SQLITE_CONSTRAINT')) throw error;
    }
    if (first !== undefined) return { first, verdict: (...kept) => verdictOn(db, signer, ...kept), db };
    db.close();
  }
}

test('a log that nobody touched is good, whatever it holds and however long it is', () => {
  for (const state of states) {
    const db = copyOf(state);
    const verdict = verdictOn(
      db,
      signer,
      ...states.filter(({ size }) => size <= state.size).map(({ note }) => note),
    );
    assert.equal(verdict.findings, []);
    assert.equal(
      { ok: verdict.ok, size: verdict.size, verified: verdict.verified, signedSize: verdict.signedSize },
      { ok: true, size: state.size, verified: state.size, signedSize: state.size },
    );
    db.close();
  }
});

const tamperings = { ...TAMPERINGS, 'edit an erasure': editErasure(states[ERASED_FROM]!) };
for (const [name, tamper] of Object.entries(tamperings)) {
  test(`found: ${name}`, () => {
    const random = randomFrom(SEED);
    for (let run = 0; run < RUNS; run += 1) {
      const { first, verdict, db } = tampered(newest, db => tamper(db, random));
      const { ok, firstBad, findings } = verdict();
      const told = `run ${run}: ${JSON.stringify({ first, findings })}`;
      assert.is(ok, false, told);
      if (first !== null) assert.is(firstBad, first, told);
      assert.ok(findings.length > 0 && findings.every(({ sentence }) => sentence.endsWith('.')), told);
      db.close();
    }
    tell(name);
  });
}

test('found: a count of statistics that is wrong by a multiple of 2^32', () => {
  for (const column of ['events', 'occurrences']) {
    const db = copyOf(newest);
    db.exec(
      `UPDATE rollup_pairs SET ${column} = ${column} + ${4 * 2 ** 32} WHERE (subject, other) =
         (SELECT subject, other FROM rollup_pairs LIMIT 1 OFFSET 3)`,
    );
    const { ok, findings } = verdictOn(db, signer);
    assert.is(ok, false, column);
    assert.match(findings[0]!.sentence, /^The statistics of .* are wrong\.$/);
    db.close();
  }
});

test('found against a checkpoint that was kept: a rollback', () => {
  const random = randomFrom(SEED);
  for (let run = 0; run < RUNS; run += 1) {
    const at = random(states.length - 1);
    const later = states[at + 1 + random(states.length - at - 1)]!;
    const db = copyOf(states[at]!);
    assert.ok(verdictOn(db, signer).ok, 'by itself it is a good log');
    const { ok, firstBad } = verdictOn(db, signer, later.note);
    assert.equal({ ok, firstBad }, { ok: false, firstBad: states[at]!.size + 1 });
    db.close();
  }
  tell('roll back');
});

/** An event of which nothing was erased. */
function anyWhole(random: Random): number {
  const db = copyOf(newest);
  const whole = db
    .prepare<[], number>('SELECT seq FROM events WHERE seq NOT IN (SELECT seq FROM seals)')
    .pluck();
  const seqs = whole.all();
  db.close();
  return seqs[random(seqs.length)]!;
}

/** Gives an event another key for its salts, and grows the tree anew from what is there, as whoever has the key can. */
function rewrite(db: Sqlite, seq: number, key: NoteSigner): void {
  db.prepare('UPDATE events SET salt_key = randomblob(16) WHERE seq = ?').run(seq);
  db.exec('DELETE FROM tiles');
  const size = newest.size;
  const tree = createTreeWriter(db, 0);
  for (const stored of createStoredEvents(db, createTermReader(db))(0, size)) tree.append(leafOf(stored));
  tree.flush();
  const root = Buffer.from(tree.root());
  db.prepare('UPDATE head SET root = ?').run(root);
  db.prepare('UPDATE checkpoint SET note = ?').run(signCheckpoint({ size, root }, key));
}

test('found against checkpoints that were kept: a history that was rewritten with the same key', () => {
  const random = randomFrom(SEED);
  const kept = states.map(({ note }) => note);
  for (let run = 0; run < RUNS; run += 1) {
    const seq = anyWhole(random);
    const db = copyOf(newest);
    rewrite(db, seq, signer);
    assert.ok(verdictOn(db, signer).ok, 'by itself it is a good log');
    const { ok, firstBad, findings } = verdictOn(db, signer, ...kept);
    const lastGood = Math.max(0, ...sizes.filter(size => size < seq));
    assert.equal({ ok, firstBad }, { ok: false, firstBad: lastGood + 1 }, JSON.stringify({ seq, findings }));
    db.close();
  }
  tell('rewrite with the same key');
});

test('found: a history that was rewritten and signed with another key', () => {
  const random = randomFrom(SEED);
  for (let run = 0; run < RUNS; run += 1) {
    const db = copyOf(newest);
    rewrite(db, anyWhole(random), testSigner());
    const { ok, findings } = verdictOn(db, signer);
    assert.is(ok, false);
    assert.match(
      findings[0]!.sentence,
      /^The checkpoint in the file counts for nothing: It is not signed by/,
    );
    db.close();
  }
  tell('re-sign with another key');
});

test('found against a checkpoint that was kept: a whole database in the place of another', async () => {
  const random = randomFrom(SEED);
  for (let run = 0; run < RUNS; run += 1) {
    const size = 20 + random(160);
    const [other] = await logStates(randomEvents(size, 1_000 + random(1_000_000)), [size], signer);
    const db = copyOf(other!);
    assert.ok(verdictOn(db, signer).ok, 'by itself it is a good log');
    const { note, size: known } = states[random(states.length)]!;
    const { ok, firstBad } = verdictOn(db, signer, note);
    // Of a log that is shorter than the checkpoint nobody can say that its events are others.
    const first = size < known ? size + 1 : 1;
    assert.equal({ ok, firstBad }, { ok: false, firstBad: first }, `run ${run}: ${size} and ${known}`);
    db.close();
  }
  tell('replace the whole database');
});

test.run();
