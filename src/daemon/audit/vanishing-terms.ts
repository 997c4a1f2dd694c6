// A string of `terms` that nobody has any more.
import type { Sqlite } from '../sqlite.js';
import { KIND, type Kind } from './term.js';

/** Takes the term with this id out, in the transaction that is under way; its id is never given again. */
export function termVanisher(db: Sqlite): (id: number) => void {
  const highest = db.prepare<[], number>('SELECT max(id) FROM terms').pluck();
  const remove = db.prepare<[number]>('DELETE FROM terms WHERE id = ?');
  const blank = db.prepare<[Kind, string, number]>(
    `UPDATE terms SET kind = ?, value = ?, events = 0, occurrences = 0, first_at = NULL, last_at = NULL
     WHERE id = ?`,
  );
  return id => {
    // The next term would get the highest id again, and whoever remembers its string would show that one.
    if (highest.get() === id) blank.run(KIND.gone, String(id), id);
    else remove.run(id);
  };
}
