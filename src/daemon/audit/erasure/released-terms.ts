// Strings that events no longer hold: they leave the index and the counts, and with the last event that held them
// they go themselves.
import type { Sqlite } from '../../sqlite.js';
import { createPostingRemover } from '../posting-remover.js';
import { HELD_KINDS, type Kind } from '../term.js';
import { termVanisher } from '../vanishing-terms.js';

/** Where an event was found under a term. */
export interface ReleasedPlace {
  timestamp: number;
  seq: number;
  /** How many occurrences the event stands for. */
  count: number;
}

export interface ReleasedTerms {
  /** Begins anew: what was released and not written was of a transaction that was rolled back. */
  begin(): void;
  /** An event no longer holds the term with this id. */
  release(id: number, place: ReleasedPlace): void;
  /** Writes what was released, in the transaction that is under way. @returns how many strings are gone */
  flush(): number;
}

interface TermRow {
  kind: Kind;
  value: string;
  events: number;
}

/** @param forget hears of every term whose row is not what it was */
export function createReleasedTerms(db: Sqlite, forget: (kind: Kind, value: string) => void): ReleasedTerms {
  const read = db.prepare<[number], TermRow>('SELECT kind, value, events FROM terms WHERE id = ?');
  const vanish = termVanisher(db);
  const holdLess = db.prepare<[number, number]>('UPDATE terms SET events = events - ? WHERE id = ?');
  const countLess = db.prepare<[number, number, number, number, number]>(
    `UPDATE terms SET events = events - ?, occurrences = occurrences - ?, first_at = ?, last_at = ?
     WHERE id = ?`,
  );
  const postings = createPostingRemover(db);
  let released = new Map<number, ReleasedPlace[]>();

  function write(id: number, places: ReleasedPlace[]): boolean {
    const { kind, value, events } = read.get(id)!;
    forget(kind, value);
    const isLast = events === places.length;
    if (HELD_KINDS.has(kind)) {
      if (isLast) vanish(id);
      else holdLess.run(places.length, id);
      return isLast;
    }
    postings.remove(id, places);
    if (isLast) {
      vanish(id);
      return true;
    }
    const { firstAt, lastAt } = postings.span(id)!;
    const occurrences = places.reduce((sum, { count }) => sum + count, 0);
    countLess.run(places.length, occurrences, firstAt, lastAt, id);
    return false;
  }

  return {
    begin() {
      released = new Map();
    },
    release(id, place) {
      const places = released.get(id) ?? [];
      places.push(place);
      released.set(id, places);
    },
    flush() {
      let gone = 0;
      const all = [...released].sort(([a], [b]) => a - b);
      released = new Map();
      for (const [id, places] of all) if (write(id, places)) gone += 1;
      return gone;
    },
  };
}
