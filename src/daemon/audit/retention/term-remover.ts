// Takes events out of `terms` and of the index, gathered first, as term-batch.ts puts them in: a term that no event has any
// more goes with the last of them.
import { eventTerms } from '../../../shared/audit-filter.js';
import type { DataEvent } from '../../../shared/data-event.js';
import type { Sqlite } from '../../sqlite.js';
import { createEffort } from '../effort.js';
import { createPostings } from '../posting-list.js';
import { createPostingRemover, type Position } from '../posting-remover.js';
import { dayOf, isUniqueKey, KIND, type Kind, kindOf, uniqueTermKey } from '../term.js';
import type { TermBatch } from '../term-batch.js';
import { termVanisher } from '../vanishing-terms.js';

const DAY_MS = 86_400_000;

interface ShrinkingTerm {
  kind: Kind;
  value: string;
  events: number;
  occurrences: number;
  positions: Position[];
}

interface KnownTerm {
  id: number;
  events: number;
  occurrences: number;
}

/** A term that has fewer events than before. */
export interface ShrunkTerm {
  id: number;
  kind: Kind;
  /** Its events now. */
  events: number;
}

export interface TermRemover {
  /** Takes an event out. */
  take(event: DataEvent, seq: number): void;
  /** Writes what was taken, in the transaction that is under way, and begins anew. */
  flush(): ShrunkTerm[];
  /** Begins anew: the transaction was rolled back. */
  discard(): void;
}

export function createTermRemover(db: Sqlite, batch: Pick<TermBatch, 'forget'>): TermRemover {
  const find = db.prepare<[Kind, string], KnownTerm>(
    'SELECT id, events, occurrences FROM terms WHERE kind = ? AND value = ?',
  );
  const update = db.prepare<[number, number, number | null, number | null, number]>(
    'UPDATE terms SET events = ?, occurrences = ?, first_at = ?, last_at = ? WHERE id = ?',
  );
  const vanish = termVanisher(db);
  const remover = createPostingRemover(db);
  const postings = createPostings(db);
  const terms = new Map<string, ShrinkingTerm>();
  const uniques = new Map<string, { key: Buffer; positions: Position[] }>();

  function shrink(kind: Kind, value: string, count: number): ShrinkingTerm {
    const name = `${kind} ${value}`;
    const term = terms.get(name) ?? { kind, value, events: 0, occurrences: 0, positions: [] };
    terms.set(name, term);
    term.events += 1;
    term.occurrences += count;
    return term;
  }

  function clear(): void {
    terms.clear();
    uniques.clear();
  }

  /** When the first and the last event of a day were; days are counted, and found by time. */
  function spanOfDay(day: string): { firstAt: number; lastAt: number } | undefined {
    const all = find.get(KIND.all, '');
    const start = Date.parse(`${day}T00:00:00.000Z`);
    if (all === undefined) return undefined;
    const first = postings.list(all.id, 'asc', createEffort(Number.POSITIVE_INFINITY));
    first.seek(start, 0);
    const last = postings.list(all.id, 'desc', createEffort(Number.POSITIVE_INFINITY));
    last.seek(start + DAY_MS, -1);
    return { firstAt: first.timestamp, lastAt: last.timestamp };
  }

  function write({ kind, value, events, occurrences, positions }: ShrinkingTerm): ShrunkTerm {
    const known = find.get(kind, value);
    if (known === undefined || known.events < events)
      throw new Error(`audit.db is damaged: it counts ${JSON.stringify(value)} wrong.`);
    const { id } = known;
    const left = known.events - events;
    if (positions.length > 0) remover.remove(id, positions);
    const span = left === 0 ? undefined : kind === KIND.day ? spanOfDay(value) : remover.span(id);
    update.run(left, known.occurrences - occurrences, span?.firstAt ?? null, span?.lastAt ?? null, id);
    if (left === 0) vanish(id);
    batch.forget(kind, value);
    return { id, kind, events: left };
  }

  return {
    take(event, seq) {
      const { timestamp, count = 1 } = event;
      const position = { timestamp, seq };
      shrink(KIND.all, '', count).positions.push(position);
      shrink(KIND.day, dayOf(timestamp), count);
      const { actorName, targetName, context } = event;
      for (const name of [actorName, targetName]) if (typeof name === 'string') shrink(KIND.name, name, 0);
      if (typeof context?.userAgent === 'string') shrink(KIND.userAgent, context.userAgent, 0);
      for (const [key, value] of eventTerms(event)) {
        if (!isUniqueKey(key)) {
          shrink(kindOf(key, value), value, count).positions.push(position);
          continue;
        }
        const name = `${key} ${value}`;
        const unique = uniques.get(name) ?? { key: uniqueTermKey(key, value), positions: [] };
        uniques.set(name, unique);
        unique.positions.push(position);
      }
    },
    flush() {
      // The list of all events first: days are looked up in it.
      const shrunk = [...terms.values()].sort((a, b) => a.kind - b.kind).map(write);
      for (const { key, positions } of uniques.values()) remover.remove(key, positions);
      clear();
      return shrunk;
    },
    discard: clear,
  };
}
