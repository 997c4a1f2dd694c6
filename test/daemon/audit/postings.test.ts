// The inverted index by itself: positions go in in any order and batches, and come out sorted, either way.
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openAuditForWriting } from '#src/daemon/audit/database.js';
import { createEffort } from '#src/daemon/audit/effort.js';
import { MAX_BLOCK_POSITIONS, packEntries, unpackBlock } from '#src/daemon/audit/posting-block.js';
import { anyOf, createPostings, type Position, type PositionList } from '#src/daemon/audit/posting-list.js';
import { createPostingRemover } from '#src/daemon/audit/posting-remover.js';
import { createPostingWriter, type Tail } from '#src/daemon/audit/posting-writer.js';
import type { Order } from '#src/shared/vocabulary.js';
import { temporaryDirectory } from '../temporary-directory.js';

const bySeq = (a: Position, b: Position) => a.timestamp - b.timestamp || a.seq - b.seq;

function columns(positions: Position[]) {
  return { timestamps: positions.map(({ timestamp }) => timestamp), seqs: positions.map(({ seq }) => seq) };
}

/** Walks a list from its end, step by step. */
function walk(list: PositionList, order: Order): Position[] {
  const found: Position[] = [];
  const step = order === 'asc' ? 1 : -1;
  list.seek(order === 'asc' ? 0 : Number.MAX_SAFE_INTEGER, 0);
  while (!list.done) {
    found.push({ timestamp: list.timestamp, seq: list.seq });
    list.seek(list.timestamp, list.seq + step);
  }
  return found;
}

test('a block gives back its positions, also far apart and with seqs that go down', () => {
  const positions = [
    { timestamp: 0, seq: 2 ** 40 },
    { timestamp: 0, seq: 2 ** 40 + 1 },
    { timestamp: 127, seq: 1 },
    { timestamp: 8_640_000_000_000_000, seq: 128 },
    { timestamp: 8_640_000_000_000_000, seq: 2 ** 50 },
  ];
  const { timestamps, seqs } = columns(positions);
  const packed = packEntries({ timestamps, seqs }, 0, seqs.length);
  assert.equal(unpackBlock(timestamps[0]!, seqs[0]!, packed), { timestamps, seqs });
  assert.is(packEntries({ timestamps, seqs }, 2, 3), null);
});

test('a block of the widest distances fits', () => {
  const timestamps = Array.from({ length: MAX_BLOCK_POSITIONS }, (_, index) => index * 2 ** 46);
  const seqs = timestamps.map((_, index) => (index % 2 === 0 ? 1 : 2 ** 52));
  const packed = packEntries({ timestamps, seqs }, 0, seqs.length);
  assert.equal(unpackBlock(timestamps[0]!, seqs[0]!, packed), { timestamps, seqs });
});

test('whatever the batches, a list has all positions in order, and finds the nearest to any place', () => {
  const time = fc.integer({ min: 0, max: 400 });
  fc.assert(
    fc.property(
      fc.array(fc.array(time, { minLength: 1, maxLength: 250 }), { minLength: 1, maxLength: 8 }),
      fc.array(fc.tuple(time, fc.integer({ min: 0, max: 2000 })), { maxLength: 20 }),
      fc.boolean(),
      (batches, places, isTailKept) => {
        const db = openAuditForWriting(join(temporaryDirectory(), 'audit.db'));
        const writer = createPostingWriter(db);
        const all: Position[] = [];
        let tail: Tail | undefined;
        for (const times of batches) {
          const batch = times.map((timestamp, index) => ({ timestamp, seq: all.length + index + 1 }));
          all.push(...batch);
          const known = writer.add(7, columns(batch.sort(bySeq)), tail);
          if (isTailKept) tail = known;
        }
        all.sort(bySeq);
        const list = (order: Order) => createPostings(db).list(7, order, createEffort(1_000_000));
        assert.equal(walk(list('asc'), 'asc'), all);
        assert.equal(walk(list('desc'), 'desc'), [...all].reverse());
        for (const [timestamp, seq] of places) {
          const place = { timestamp, seq };
          const up = list('asc');
          up.seek(timestamp, seq);
          const next = all.find(position => bySeq(position, place) >= 0);
          assert.equal(up.done ? undefined : { timestamp: up.timestamp, seq: up.seq }, next);
          const down = list('desc');
          down.seek(timestamp, seq);
          const last = all.findLast(position => bySeq(position, place) <= 0);
          assert.equal(down.done ? undefined : { timestamp: down.timestamp, seq: down.seq }, last);
        }
        db.close();
      },
    ),
    { seed: 9, numRuns: 25 },
  );
});

test('what is remembered of a list that was shortened since is not believed', () => {
  const db = openAuditForWriting(join(temporaryDirectory(), 'audit.db'));
  const writer = createPostingWriter(db);
  const at = (...seqs: number[]) => columns(seqs.map(seq => ({ timestamp: seq, seq })));
  const tail = writer.add(7, at(1, 2, 3));
  createPostingRemover(db).remove(7, [{ timestamp: 3, seq: 3 }]);
  writer.add(7, at(5), tail);
  const list = createPostings(db).list(7, 'asc', createEffort(1000));
  assert.equal(
    walk(list, 'asc').map(({ seq }) => seq),
    [1, 2, 5],
  );
  db.close();
});

test('a value that is nearly unique and comes again has one list', () => {
  const db = openAuditForWriting(join(temporaryDirectory(), 'audit.db'));
  const writer = createPostingWriter(db);
  const at = (...seqs: number[]) => columns(seqs.map(seq => ({ timestamp: seq, seq })));
  const many = Array.from({ length: MAX_BLOCK_POSITIONS + 1 }, (_, index) => index + 10);
  for (const seqs of [[2, 4], [6], [3], many]) writer.addNew([{ term: 8, positions: at(...seqs) }]);
  writer.addNew([{ term: 9, positions: at(...many) }]);
  const found = (term: number) =>
    walk(createPostings(db).list(term, 'asc', createEffort(1000)), 'asc').map(({ seq }) => seq);
  assert.equal(found(8), [2, 3, 4, 6, ...many]);
  assert.equal(found(9), many);
  db.close();
});

test('of values that are nearly unique, those that come again are put where they belong among many new ones', () => {
  const db = openAuditForWriting(join(temporaryDirectory(), 'audit.db'));
  const writer = createPostingWriter(db);
  const positions = (...seqs: number[]) => columns(seqs.map(seq => ({ timestamp: seq, seq })));
  const old = { 3: [1], 16: [2, 3], 17: [4], 35: [5] };
  writer.addNew(
    Object.entries(old).map(([term, seqs]) => ({ term: Number(term), positions: positions(...seqs) })),
  );
  const terms = Array.from({ length: 37 }, (_, index) => index + 1);
  writer.addNew(terms.map(term => ({ term, positions: positions(100 + 2 * term, 101 + 2 * term) })));
  for (const term of terms) {
    const list = createPostings(db).list(term, 'asc', createEffort(1000));
    assert.equal(
      walk(list, 'asc').map(({ seq }) => seq),
      [...(old[term as keyof typeof old] ?? []), 100 + 2 * term, 101 + 2 * term],
      `term ${term}`,
    );
  }
  db.close();
});

test('a union has each position of its lists once', () => {
  const db = openAuditForWriting(join(temporaryDirectory(), 'audit.db'));
  const writer = createPostingWriter(db);
  const at = (...seqs: number[]) => columns(seqs.map(seq => ({ timestamp: seq, seq })));
  writer.add(1, at(1, 3, 5, 9));
  writer.add(2, at(2, 3, 9, 10));
  writer.add(3, at(4));
  for (const order of ['asc', 'desc'] as const) {
    const lists = [1, 2, 3, 4].map(term => createPostings(db).list(term, order, createEffort(1000)));
    const expected = [1, 2, 3, 4, 5, 9, 10];
    if (order === 'desc') expected.reverse();
    assert.equal(
      walk(anyOf(lists, order), order).map(({ seq }) => seq),
      expected,
    );
  }
  db.close();
});

test('a term of many events takes few bytes for each', () => {
  const db = openAuditForWriting(join(temporaryDirectory(), 'audit.db'));
  const writer = createPostingWriter(db);
  for (let batch = 0; batch < 10; batch += 1) {
    const seqs = Array.from({ length: 1000 }, (_, index) => batch * 1000 + index + 1);
    writer.add(1, { timestamps: seqs.map(seq => 1_700_000_000_000 + seq * 20), seqs });
  }
  const bytes = db.prepare('SELECT sum(length(entries)) FROM postings').pluck().get() as number;
  assert.ok(bytes / 10_000 < 3, `${bytes / 10_000} bytes an event`);
  db.close();
});

test.run();
