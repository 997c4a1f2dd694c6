// Turns a filter into lists of the inverted index, and finds the positions that are in all of those that are
// wanted and in none of those that are not: each list leaps to where the others are, so the rarest leads.
import { type AuditFilter, FILTER_KEYS, type FilterKey } from '../../shared/audit-filter.js';
import type { Order } from '../../shared/vocabulary.js';
import type { Effort } from './effort.js';
import { anyOf, type Position, type Postings } from './posting-list.js';
import { isUniqueKey, KIND, kindOf, type TermKey, uniqueTermKey } from './term.js';
import type { TermReader } from './term-reader.js';

/** What a filter asks of the index. */
export interface QueryPlan {
  /** For each filter its alternatives; an event must be in one of each. `null` if no event can be. */
  include: TermKey[][] | null;
  exclude: TermKey[];
  /** Inclusive. */
  since: number;
  /** Exclusive. */
  until: number;
}

/** The plan of `filter` against the terms that the log has at the moment. */
export function planQuery(filter: AuditFilter, terms: TermReader): QueryPlan {
  const { include, exclude, since = 0, until = Number.POSITIVE_INFINITY } = filter;
  const wanted: TermKey[][] = [];
  for (const key of FILTER_KEYS) {
    const values = include[key];
    if (values !== undefined) wanted.push(termKeys(key, values, terms));
  }
  if (wanted.length === 0) wanted.push(allTerm(terms));
  return {
    include: wanted.some(alternatives => alternatives.length === 0) ? null : wanted,
    exclude: FILTER_KEYS.flatMap(key => termKeys(key, exclude[key] ?? [], terms)),
    since,
    until,
  };
}

function allTerm(terms: TermReader): TermKey[] {
  const id = terms.id(KIND.all, '');
  return id === undefined ? [] : [id];
}

function termKeys(key: FilterKey, values: string[], terms: TermReader): TermKey[] {
  return [...new Set(values)].flatMap((value): TermKey[] => {
    if (isUniqueKey(key)) return [uniqueTermKey(key, value)];
    const id = terms.id(kindOf(key, value), value);
    return id === undefined ? [] : [id];
  });
}

/** Which way, and over which part of the log, positions are looked for. */
export interface Walk {
  order: Order;
  /** Positions past this one, in that order; `null` from the very end. */
  after: Position | null;
  /** Events with a `seq` above this are not there yet. */
  snapshot: number;
  effort: Effort;
  /** Takes the next position; `false` stops. */
  visit(seq: number, timestamp: number): boolean;
}

/**
 * Gives the positions of a plan to `walk.visit`, in order.
 * @returns how far it looked when the effort was spent: go on after it. `null` if it came to the end or was stopped.
 */
export function walkPlan(plan: QueryPlan, postings: Postings, walk: Walk): Position | null {
  if (plan.include === null) return null;
  const { order, effort, snapshot } = walk;
  const list = (term: TermKey) => postings.list(term, order, effort);
  const wanted = plan.include.map(alternatives => anyOf(alternatives.map(list), order));
  const unwanted = plan.exclude.map(list);
  const onward = order === 'asc' ? 1 : -1;

  let { timestamp, seq } = startOf(plan, walk);
  for (;;) {
    if (effort.exhausted()) return { timestamp, seq: seq - onward };
    effort.spend(1);

    let agreed = true;
    for (const candidate of wanted) {
      candidate.seek(timestamp, seq);
      if (candidate.done) return null;
      if (candidate.timestamp !== timestamp || candidate.seq !== seq) {
        ({ timestamp, seq } = candidate);
        agreed = false;
      }
    }
    if (timestamp < plan.since || timestamp >= plan.until) return null;
    if (!agreed && wanted.length > 1) continue;

    const excluded = unwanted.some(refused => {
      refused.seek(timestamp, seq);
      return !refused.done && refused.timestamp === timestamp && refused.seq === seq;
    });
    if (!excluded && seq <= snapshot && !walk.visit(seq, timestamp)) return null;
    seq += onward;
  }
}

/** The first position that can be one: past where the walk begins, and within the plan's time. */
function startOf({ since, until }: QueryPlan, { order, after }: Walk): Position {
  if (order === 'asc') {
    if (after === null || after.timestamp < since) return { timestamp: since, seq: 0 };
    return { timestamp: after.timestamp, seq: after.seq + 1 };
  }
  if (after === null || after.timestamp >= until) return { timestamp: until, seq: -1 };
  return { timestamp: after.timestamp, seq: after.seq - 1 };
}
