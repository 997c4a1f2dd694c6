// Counts, in a log that was written before that was kept, how many places hold each name and user agent.
import type { Sqlite } from '../../sqlite.js';
import { FIELD } from '../event-body.js';
import { storedFields } from './sealed-body.js';

/** `user_version` of a log in which they are counted. */
const COUNTED = 1;

/** Fields of a body that hold such a term. */
const HOLDERS = [FIELD.actorName, FIELD.targetName, FIELD.userAgent] as const;

/** Rows that are read at a time. */
const SLICE = 5_000;

export function plantHolders(db: Sqlite): void {
  if ((db.pragma('user_version', { simple: true }) as number) >= COUNTED) return;
  db.transaction(() => {
    const places = new Map<string, number>();
    const read = db
      .prepare<[number, number], [seq: number, body: string]>(
        'SELECT seq, body FROM events WHERE seq > ? ORDER BY seq LIMIT ?',
      )
      .raw();
    for (let last = 0, more = true; more; ) {
      const rows = read.all(last, SLICE);
      for (const [seq, body] of rows) {
        last = seq;
        const fields = storedFields(body);
        for (const field of HOLDERS) {
          const id = fields[field];
          if (id) places.set(id, (places.get(id) ?? 0) + 1);
        }
      }
      more = rows.length === SLICE;
    }
    const count = db.prepare<[number, number]>('UPDATE terms SET events = ? WHERE id = ?');
    for (const [id, held] of places) count.run(held, Number.parseInt(id, 36));
    db.pragma(`user_version = ${COUNTED}`);
  }).immediate();
}
