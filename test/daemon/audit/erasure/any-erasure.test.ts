// Whatever is erased of whatever events, the log verifies and nothing else changes; and whatever byte of an erasure is
// changed, that is found.
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isWanted } from '#src/daemon/audit/erasure/erasable.js';
import type { DataEvent, PendingEvent } from '#src/shared/data-event.js';
import { partsOf, slotsOf } from '#src/shared/log/leaf-parts.js';
import { FULL, howMany } from '../../../full-form.js';
import { anyEventParts, eventId, filterFrom } from '../example-events.js';
import { temporaryLog } from '../temporary-log.js';
import { testSigner } from '../test-signer.js';
import { logStates, randomEvents, verdictOn } from '../verify/logs.js';
import { carriedOut } from './carried-out.js';

/** Every byte in the full form, every so many in the short one. */
const EVERY = FULL ? 1 : 7;

const PATHS = [
  '/actorName',
  '/targetName',
  '/changes',
  '/changes/a',
  '/changes/__proto__',
  '/changes/"',
  '/context',
  '/context/ip',
  '/context/comment',
  '/metadata',
  '/metadata/k',
];

const anyErasure = fc.record(
  {
    picks: fc.array(fc.nat({ max: 10_000 }), { minLength: 24, maxLength: 24 }),
    places: fc.uniqueArray(fc.nat({ max: 29 }), { maxLength: 6 }),
    paths: fc.uniqueArray(fc.constantFrom(...PATHS), { minLength: 1, maxLength: 4 }),
  },
  { requiredKeys: ['picks', 'places'], noNullPrototype: true },
);

/** The event with what may have been erased of it taken out, to be compared with itself after. */
function without(event: DataEvent, gone: ReadonlySet<string>): unknown {
  const { redactions: _, ...rest } = structuredClone(event);
  for (const path of gone) {
    const [, group, name] = path.split('/') as [string, string, string?];
    const at = rest as unknown as Record<string, Record<string, unknown>>;
    if (name === undefined) delete at[group];
    else delete at[group]?.[name];
  }
  return rest;
}

test('any events, any erasures: it verifies, what was wanted is gone, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyEventParts, { minLength: 5, maxLength: 30 }),
      fc.array(anyErasure, { minLength: 1, maxLength: 3 }),
      async (parts, erasures) => {
        const log = temporaryLog();
        const pending = parts.map((some, index): PendingEvent => ({ ...some, id: eventId(index + 1) }));
        await log.append(...pending);
        const all = async () =>
          (await log.page({ limit: 1000, order: 'asc' })).events.sort((a, b) => a.seq - b.seq);
        for (const { picks, places, paths } of erasures) {
          const filter = filterFrom(pending, picks);
          const matched = (await log.page({ limit: 1000, filter })).seqs;
          const seqs = places
            .map(place => place + 1)
            .filter(seq => seq <= parts.length)
            .sort((a, b) => a - b);
          const before = await all();
          await carriedOut(log.store, { filters: [filter], seqs, ...(paths === undefined ? {} : { paths }) });
          const after = await all();
          for (const [index, old] of before.entries()) {
            const now = after[index]!;
            const isMeant = matched.includes(old.seq) || seqs.includes(old.seq);
            const gone = new Set(
              slotsOf(partsOf(now))
                .filter(({ text }) => text === null)
                .map(({ path }) => path),
            );
            assert.equal(without(now, gone), without(old, gone), `event ${old.seq}`);
            const left = slotsOf(partsOf(now)).filter(
              ({ path, text }) =>
                isMeant &&
                isWanted(path, paths) &&
                text !== 'null' &&
                text !== '{"next":null,"prev":null}' &&
                text !== null &&
                !(now.source === 'daemon' && path.startsWith('/changes/')),
            );
            assert.equal(left, [], `event ${old.seq}`);
          }
        }
        await log.store.sign();
        const db = new Database(log.file, { readonly: true });
        const { findings } = verdictOn(db, log.signer);
        db.close();
        log.close();
        assert.equal(findings, []);
      },
    ),
    { seed: 21, numRuns: howMany('WHODID_TEST_ERASURES', 12, 1_000) },
  );
});

test('a changed byte of what is kept of an erasure is found, whichever it is', async () => {
  const signer = testSigner();
  const [state] = await logStates(randomEvents(12, 5), [12], signer, store =>
    carriedOut(store, { seqs: [1, 2, 3, 4, 5, 6], paths: ['/changes', '/context', '/targetName'] }),
  );
  const db = new Database(state!.file);
  assert.equal(verdictOn(db, signer).findings, []);
  let changes = 0;
  const everyByte = (table: string, column: string, where: string) => {
    const rows = db
      .prepare<[], { seq: number; text: string }>(
        `SELECT seq, ${column} AS text FROM ${table} WHERE ${where}`,
      )
      .all();
    const write = db.prepare<[Buffer, number]>(
      `UPDATE ${table} SET ${column} = CAST(? AS TEXT) WHERE seq = ?`,
    );
    for (const { seq, text } of rows) {
      const bytes = Buffer.from(text);
      for (let at = seq % EVERY; at < bytes.length; at += EVERY) {
        const changed = Buffer.from(bytes);
        changed[at]! ^= 1 + ((at * 7 + seq) % 15);
        write.run(changed, seq);
        const { ok } = verdictOn(db, signer);
        assert.is(ok, false, `${table} ${seq}, byte ${at}: ${changed.toString('latin1')}`);
        changes += 1;
      }
      write.run(bytes, seq);
    }
  };
  everyByte('seals', 'slots', 'seq <= 3');
  everyByte('events', 'body', 'seq <= 3');
  assert.ok(changes > 150, `${changes} bytes`);
  assert.equal(verdictOn(db, signer).findings, []);
  db.close();
});

test.run();
