// Editing an erasure: taking more than was announced, giving back what was, and bending what is kept in its place.
import Database from 'better-sqlite3';
import { createEraser } from '#src/daemon/audit/erasure/eraser.js';
import { erasedOf, formatSeal, parseSeal, type Seal } from '#src/daemon/audit/erasure/seal.js';
import type { Sqlite } from '#src/daemon/sqlite.js';
import type { LogState } from './logs.js';
import type { Random, Tampering } from './tampering.js';

interface SealRow {
  seq: number;
  slots: string;
}

function anySeal(db: Sqlite, random: Random): { seq: number; seal: Seal } {
  const count = db.prepare<[], number>('SELECT count(*) FROM seals').pluck().get()!;
  const { seq, slots } = db
    .prepare<[number], SealRow>('SELECT * FROM seals LIMIT 1 OFFSET ?')
    .get(random(count))!;
  return { seq, seal: parseSeal(slots) };
}

const announcements = (db: Sqlite) => [
  ...new Set(
    db
      .prepare<[], string>('SELECT slots FROM seals')
      .pluck()
      .all()
      .flatMap(text => erasedOf(parseSeal(text)).map(({ by }) => by)),
  ),
];

/** Erases as the logger does, in the name of an erasure that said nothing of it. */
function takeMore(db: Sqlite, random: Random): number | undefined {
  const all = announcements(db);
  const by = all[random(all.length)]!;
  const seq = 1 + random(by - 1);
  const { values } = createEraser(db, () => undefined).erase({ seqs: [seq], by });
  return values.size === 0 ? undefined : seq;
}

/** What stood there before the erasure stands there again, its key too. */
function giveBack(before: Sqlite, db: Sqlite, random: Random): number | undefined {
  const { seq } = anySeal(db, random);
  const row = before
    .prepare<[number], { body: string; salt_key: Buffer }>('SELECT body, salt_key FROM events WHERE seq = ?')
    .get(seq);
  if (row === undefined) return undefined;
  db.prepare('UPDATE events SET body = ?, salt_key = ? WHERE seq = ?').run(row.body, row.salt_key, seq);
  db.prepare('DELETE FROM seals WHERE seq = ?').run(seq);
  return seq;
}

/** One value's announcement, digest or path becomes another's. */
function bend(db: Sqlite, random: Random): number | undefined {
  const { seq, seal } = anySeal(db, random);
  const erased = erasedOf(seal);
  const chosen = erased[random(erased.length)]!;
  const other = erasedOf(anySeal(db, random).seal)[0]!;
  const bent = [
    { ...chosen, by: chosen.by + 1 + random(5) },
    { ...chosen, by: other.by },
    { ...chosen, path: other.path },
    { ...chosen, digest: other.digest },
  ][random(4)]!;
  const changed = formatSeal(seal.map(slot => (slot === chosen ? bent : slot)));
  if (changed === formatSeal(seal)) return undefined;
  db.prepare('UPDATE seals SET slots = ? WHERE seq = ?').run(changed, seq);
  return seq;
}

/** Two values' salts or digests change places. */
function swapSlots(db: Sqlite, random: Random): number | undefined {
  const { seq, seal } = anySeal(db, random);
  if (seal.length < 2) return undefined;
  const at = random(seal.length - 1);
  const changed = [...seal];
  [changed[at], changed[at + 1]] = [seal[at + 1]!, seal[at]!];
  if (formatSeal(changed) === formatSeal(seal)) return undefined;
  db.prepare('UPDATE seals SET slots = ? WHERE seq = ?').run(formatSeal(changed), seq);
  return seq;
}

/** What was erased is said to be of another event. */
function moveSeal(db: Sqlite, random: Random): number | undefined {
  const { seq } = anySeal(db, random);
  const moved = db.prepare('UPDATE OR IGNORE seals SET seq = ? WHERE seq = ?').run(seq + 1, seq);
  return moved.changes === 0 ? undefined : seq;
}

/** The event of an erasure no longer names one of the places. */
function sayLess(db: Sqlite, random: Random): number | undefined {
  const all = announcements(db);
  const by = all[random(all.length)]!;
  const body = db.prepare<[number], string>('SELECT body FROM events WHERE seq = ?').pluck().get(by)!;
  const ranges = [...body.matchAll(/"(\/[^"]+)":"([\d,-]+)"/g)];
  const chosen = ranges[random(ranges.length)]!;
  const less = chosen[2]!.replace(/^\d+(-\d+)?,?/, '');
  const changed =
    less === '' ? body.replace(`${chosen[0]},`, '') : body.replace(chosen[0], `"${chosen[1]}":"${less}"`);
  if (changed === body) return undefined;
  db.prepare('UPDATE events SET body = ? WHERE seq = ?').run(changed, by);
  return by;
}

/** @param before the log before anything was erased */
export function editErasure(before: LogState): Tampering {
  const old = new Database(Buffer.from(before.file));
  const kinds: Tampering[] = [
    takeMore,
    (db, random) => giveBack(old, db, random),
    bend,
    swapSlots,
    moveSeal,
    sayLess,
  ];
  return (db, random) => kinds[random(kinds.length)]!(db, random);
}
