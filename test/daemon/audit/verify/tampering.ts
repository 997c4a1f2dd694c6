// Every class of tampering, at random places. Each changes a log and says which event is then the first bad one, as far
// as it is about events; `null` where another part is changed, and something must be found all the same.

import { packEntries, unpackBlock } from '#src/daemon/audit/posting-block.js';
import { type Count, SLOTS_PER_WEEK } from '#src/daemon/audit/stats/rollup.js';
import { packWeek, unpackWeek } from '#src/daemon/audit/stats/rollup-block.js';
import type { Sqlite } from '#src/daemon/sqlite.js';

/** Gives a number below the bound. */
export type Random = (bound: number) => number;

/** @returns the first bad event; `null` if it is about none, `undefined` if nothing could be changed: draw again. */
export type Tampering = (db: Sqlite, random: Random) => number | null | undefined;

const sizeOf = (db: Sqlite) => db.prepare<[], number>('SELECT size FROM head').pluck().get()!;
const anySeq = (db: Sqlite, random: Random) => 1 + random(sizeOf(db));

/** What can be flipped: every column that holds something, but for the cursor, which is the queue's. */
const COLUMNS: Record<string, readonly string[]> = {
  events: ['seq', 'id', 'timestamp', 'body', 'salt_key'],
  tiles: ['level', 'place', 'hashes'],
  head: ['size', 'root', 'recorded_at'],
  checkpoint: ['note'],
  postings: ['term', 'timestamp', 'seq', 'entries'],
  rollups: ['subject', 'week', 'counts'],
  rollup_pairs: ['subject', 'other', 'events', 'occurrences'],
  seals: ['seq', 'slots'],
  terms: ['id', 'kind', 'value', 'events', 'occurrences', 'first_at', 'last_at'],
};

/** Tables without rowid, and the key of their rows. */
const KEYS: Record<string, readonly string[]> = {
  tiles: ['level', 'place'],
  postings: ['term', 'timestamp', 'seq'],
  rollups: ['subject', 'week'],
  rollup_pairs: ['subject', 'other'],
};

function flipBit(db: Sqlite, random: Random): number | null | undefined {
  const tables = Object.keys(COLUMNS);
  const table = tables[random(tables.length)]!;
  const columns = COLUMNS[table]!;
  const column = columns[random(columns.length)]!;
  const count = db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get()!;
  if (count === 0) return undefined;
  const keys = KEYS[table] ?? ['rowid'];
  const row = db
    .prepare<[number], Record<string, unknown>>(
      `SELECT ${keys.map(key => `${key} AS k_${key}`).join(', ')}, ${column} AS value, typeof(${column}) AS type
       FROM ${table} LIMIT 1 OFFSET ?`,
    )
    .get(random(count))!;
  const { value, type } = row;
  const where = keys.map(key => `${key} = ?`).join(' AND ');
  const place = keys.map(key => row[`k_${key}`]);
  let changed: unknown;
  if (typeof value === 'number') {
    const bit = 2 ** random(40);
    changed = Math.floor(value / bit) % 2 === 1 ? value - bit : value + bit;
  } else if (typeof value === 'string' || Buffer.isBuffer(value)) {
    const bytes = Buffer.from(value as string);
    if (bytes.length === 0) return undefined;
    bytes[random(bytes.length)]! ^= 1 << random(8);
    changed = bytes;
  } else return undefined;
  const cast = type === 'text' ? 'CAST(? AS TEXT)' : '?';
  db.prepare(`UPDATE ${table} SET ${column} = ${cast} WHERE ${where}`).run(changed, ...place);
  return table === 'events' && column !== 'seq' ? (place[0] as number) : null;
}

/** One line of a body becomes that of another event. */
function changeField(db: Sqlite, random: Random): number | undefined {
  const read = db.prepare<[number], string>('SELECT body FROM events WHERE seq = ?').pluck();
  const seq = anySeq(db, random);
  const own = read.get(seq)!.split('\n');
  const others = read.get(anySeq(db, random))!.split('\n');
  const at = random(Math.max(own.length, others.length));
  const changed = [...own];
  while (changed.length <= at) changed.push('');
  changed[at] = others[at] ?? '';
  while (changed.at(-1) === '') changed.pop();
  if (changed.join('\n') === own.join('\n') || sameFields(own, changed)) return undefined;
  db.prepare('UPDATE events SET body = ? WHERE seq = ?').run(changed.join('\n'), seq);
  return seq;
}

/** The fields of `changes` in another order are the same event. */
const sameFields = (a: string[], b: string[]) =>
  a[7]?.split('\t').sort().join() === b[7]?.split('\t').sort().join() &&
  a.every((line, at) => at === 7 || line === b[at]);

function remove(db: Sqlite, random: Random): number {
  const seq = anySeq(db, random);
  db.prepare('DELETE FROM events WHERE seq = ?').run(seq);
  return seq;
}

/** A copy of an event under another id, at the end or in the middle. */
function insert(db: Sqlite, random: Random): number {
  const size = sizeOf(db);
  const seq = random(2) === 0 ? size + 1 : 1 + random(size);
  db.prepare('UPDATE events SET seq = -seq WHERE seq >= ?').run(seq);
  db.prepare('UPDATE events SET seq = -seq + 1 WHERE seq < 0').run();
  db.prepare(
    `INSERT INTO events (seq, id, timestamp, body, salt_key)
     SELECT ?, randomblob(16), timestamp, body, salt_key FROM events WHERE seq <> ? ORDER BY random() LIMIT 1`,
  ).run(seq, seq);
  if (random(2) === 0) db.prepare('UPDATE head SET size = size + 1').run();
  return seq;
}

function place(db: Sqlite, from: number, to: number): void {
  db.prepare('UPDATE events SET seq = ? WHERE seq = ?').run(to, from);
}

function swap(db: Sqlite, random: Random): number | undefined {
  const [a, b] = [anySeq(db, random), anySeq(db, random)];
  if (a === b) return undefined;
  place(db, a, -a);
  place(db, b, a);
  place(db, -a, b);
  return Math.min(a, b);
}

/** A run of events goes the other way round. */
function reorder(db: Sqlite, random: Random): number | undefined {
  const from = anySeq(db, random);
  const to = Math.min(sizeOf(db), from + 1 + random(20));
  if (to === from) return undefined;
  db.prepare('UPDATE events SET seq = -(? - seq) - 1 WHERE seq BETWEEN ? AND ?').run(from + to, from, to);
  db.prepare('UPDATE events SET seq = -seq - 1 WHERE seq < 0').run();
  return from;
}

/** The same bytes, kept as text: a query that asks for bytes does not find it. */
function retype(db: Sqlite, random: Random): number {
  const seq = anySeq(db, random);
  const column = random(2) === 0 ? 'id' : 'salt_key';
  db.prepare(`UPDATE events SET ${column} = CAST(${column} AS TEXT) WHERE seq = ?`).run(seq);
  return seq;
}

/** An event gets a number that is free. */
function renumber(db: Sqlite, random: Random): number {
  const seq = anySeq(db, random);
  place(db, seq, random(2) === 0 ? sizeOf(db) + 1 + random(1_000_000) : -random(1_000_000));
  return seq;
}

/** The newest events go, and everything that says that they were there but the signature and what they are found by. */
function cutTail(db: Sqlite, random: Random): number {
  const size = sizeOf(db);
  const kept = size - 1 - random(size - 1);
  db.prepare('DELETE FROM events WHERE seq > ?').run(kept);
  db.prepare('UPDATE head SET size = ?').run(kept);
  return kept + 1;
}

interface Block {
  term: unknown;
  timestamp: number;
  seq: number;
  entries: Buffer | null;
}

/** Takes one position out of the list of a term, and out of its counts. */
function hide(db: Sqlite, random: Random): number {
  const count = db.prepare<[], number>('SELECT count(*) FROM postings').pluck().get()!;
  const block = db.prepare<[number], Block>('SELECT * FROM postings LIMIT 1 OFFSET ?').get(random(count))!;
  const positions = unpackBlock(block.timestamp, block.seq, block.entries);
  const at = random(positions.seqs.length);
  const hidden = positions.seqs[at]!;
  positions.seqs.splice(at, 1);
  positions.timestamps.splice(at, 1);
  db.prepare('DELETE FROM postings WHERE term = ? AND timestamp = ? AND seq = ?').run(
    block.term,
    block.timestamp,
    block.seq,
  );
  if (positions.seqs.length > 0) {
    db.prepare('INSERT INTO postings VALUES (?, ?, ?, ?)').run(
      block.term,
      positions.timestamps[0],
      positions.seqs[0],
      packEntries(positions, 0, positions.seqs.length),
    );
  }
  if (random(2) === 0)
    db.prepare('UPDATE terms SET events = events - 1, occurrences = occurrences - 1 WHERE id = ?').run(
      block.term,
    );
  return hidden;
}

function falsifyCount(db: Sqlite, random: Random): null {
  const count = db.prepare<[], number>('SELECT count(*) FROM terms').pluck().get()!;
  const column = ['events', 'occurrences', 'first_at', 'last_at'][random(4)]!;
  const by = (random(2) === 0 ? 1 : -1) * (1 + random(1_000));
  db.prepare(
    `UPDATE terms SET ${column} = coalesce(${column}, 0) + ? WHERE id = (SELECT id FROM terms LIMIT 1 OFFSET ?)`,
  ).run(by, random(count));
  return null;
}

/** Moves what happened to another hour, gives a pair more or less to do, or forgets a subject. */
function falsifyRollup(db: Sqlite, random: Random): null | undefined {
  const rows = (table: string) => db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get()!;
  switch (random(3)) {
    case 0: {
      const week = db
        .prepare<[number], { subject: number; week: number; counts: Buffer }>(
          'SELECT * FROM rollups LIMIT 1 OFFSET ?',
        )
        .get(random(rows('rollups')))!;
      const first = week.week * SLOTS_PER_WEEK;
      const slots = new Map<number, Count>();
      unpackWeek(week.counts, first, slots);
      const chosen = [...slots.keys()][random(slots.size)]!;
      const count = slots.get(chosen)!;
      slots.delete(chosen);
      const moved = first + random(SLOTS_PER_WEEK);
      if (moved === chosen || slots.has(moved)) return undefined;
      slots.set(moved, count);
      db.prepare('UPDATE rollups SET counts = ? WHERE subject = ? AND week = ?').run(
        packWeek(slots, first),
        week.subject,
        week.week,
      );
      return null;
    }
    case 1: {
      const column = random(2) === 0 ? 'events' : 'occurrences';
      db.prepare(
        `UPDATE rollup_pairs SET ${column} = ${column} + ? WHERE (subject, other) =
           (SELECT subject, other FROM rollup_pairs LIMIT 1 OFFSET ?)`,
      ).run(1 + random(1_000), random(rows('rollup_pairs')));
      return null;
    }
    default: {
      const subject = db
        .prepare<[number], number>('SELECT subject FROM rollups LIMIT 1 OFFSET ?')
        .pluck()
        .get(random(rows('rollups')))!;
      db.prepare('DELETE FROM rollups WHERE subject = ?').run(subject);
      if (random(2) === 0) db.prepare('DELETE FROM rollup_pairs WHERE subject = ?').run(subject);
      return null;
    }
  }
}

/** What is found in the log alone, with its own checkpoint. */
export const TAMPERINGS: Record<string, Tampering> = {
  'flip a bit': flipBit,
  'change a field': changeField,
  delete: remove,
  insert,
  swap,
  reorder,
  renumber,
  'cut the tail': cutTail,
  'give bytes another type': retype,
  'hide an event from an index': hide,
  'falsify a count': falsifyCount,
  'falsify a rollup': falsifyRollup,
};
