// Statistics: from the rollup of the log, an actor or a target, which takes as long at ten million events as at ten
// thousand; else from the events that match, newest first, as many as may be read.
import type { AuditFilter } from '../../../shared/audit-filter.js';
import type { Stats } from '../../../shared/audit-stats.js';
import { ACTIONS, OUTCOMES } from '../../../shared/vocabulary.js';
import { FIELD } from '../event-body.js';
import { countOf, fieldsOf, valuesOf } from '../event-values.js';
import { busiestTerms } from '../log-summary.js';
import type { LogView } from '../log-view.js';
import { visitNewest } from '../newest-matches.js';
import { removalReader } from '../retention/removal-state.js';
import { KIND } from '../term.js';
import { type Count, countEvent, type Slot, slotOf, slotParts } from './rollup.js';
import { byOccurrences, createRollupReader, type Partner } from './rollup-reader.js';
import { createZoneClock } from './zone-clock.js';

export interface StatsQuestion {
  filter: AuditFilter;
  /** How many of the busiest. */
  limit: number;
  /** An IANA name, e.g. `Europe/Berlin`. */
  timeZone: string;
}

/** What is known of a subject before it is put into words. */
interface Counted {
  slots: Map<Slot, Count>;
  firstAt: number | null;
  lastAt: number | null;
  actors: Partner[];
  targets: Partner[];
  partial: boolean;
}

export async function logStats(view: LogView, { filter, limit, timeZone }: StatsQuestion): Promise<Stats> {
  const subject = subjectOf(filter);
  const kept =
    subject === undefined ? undefined : view.db.transaction(() => keptCounts(view, subject, limit))();
  const counted = kept ?? (await countMatches(view, filter, limit));
  const { firstAt, lastAt, actors, targets, partial } = counted;
  const { actions, outcomes, days, hours, ...totals } = inWords(counted.slots, timeZone);
  const gone = removalReader(view.db)();
  // How much there was of everybody is nothing for those who see one tenant.
  const removed =
    gone.removed === 0 || filter.include.tenantId !== undefined
      ? {}
      : { removed: { events: gone.removed, occurrences: gone.occurrences, before: gone.before } };
  return {
    ...totals,
    firstAt,
    lastAt,
    actions,
    outcomes,
    actors,
    targets,
    days,
    hours,
    timeZone,
    ...removed,
    ...(partial ? { partial } : {}),
  };
}

interface Subject {
  kind: typeof KIND.all | typeof KIND.actor | typeof KIND.target;
  value: string;
}

/** The log, an actor or a target, if the filter asks for exactly that. */
function subjectOf({ include, exclude, since, until }: AuditFilter): Subject | undefined {
  if (since !== undefined || until !== undefined || Object.keys(exclude).length > 0) return undefined;
  const asked = Object.entries(include);
  if (asked.length === 0) return { kind: KIND.all, value: '' };
  const [[key, [value, ...alternatives]]] = asked as [[string, string[]]];
  if (asked.length > 1 || value === undefined || alternatives.length > 0) return undefined;
  if (value.indexOf(':') === value.length - 1) return undefined;
  if (key === 'actor' || key === 'target') return { kind: KIND[key], value };
  return undefined;
}

interface TermCount {
  id: number;
  firstAt: number | null;
  lastAt: number | null;
}

/** From the rollup; `undefined` if the subject has none. */
function keptCounts(view: LogView, { kind, value }: Subject, limit: number): Counted | undefined {
  const term = view.db
    .prepare<[number, string], TermCount>(
      'SELECT id, first_at AS firstAt, last_at AS lastAt FROM terms WHERE kind = ? AND value = ?',
    )
    .get(kind, value);
  const reader = createRollupReader(view.db);
  const slots = term === undefined ? undefined : reader.slots(term.id);
  if (term === undefined || slots === undefined) return undefined;
  const { firstAt, lastAt } = term;
  if (kind === KIND.all) {
    const actors = busiestTerms(view.db, KIND.actor, limit);
    const targets = busiestTerms(view.db, KIND.target, limit);
    const partial = actors.partial || targets.partial;
    const partners = (rows: Partner[]) =>
      rows.map(({ key, events, occurrences }) => ({ key, events, occurrences }));
    return {
      slots,
      firstAt,
      lastAt,
      actors: partners(actors.rows),
      targets: partners(targets.rows),
      partial,
    };
  }
  const others = reader.busiest(term.id, limit);
  const itself = [{ key: value, ...total(slots.values()) }];
  const [actors, targets] = kind === KIND.actor ? [itself, others.rows] : [others.rows, itself];
  return { slots, firstAt, lastAt, actors, targets, partial: others.partial };
}

async function countMatches(view: LogView, filter: AuditFilter, limit: number): Promise<Counted> {
  const slots = new Map<Slot, Count>();
  const actors = new Map<string, Count>();
  const targets = new Map<string, Count>();
  let firstAt: number | null = null;
  let lastAt: number | null = null;
  const partial = await visitNewest(view, filter, row => {
    const fields = fieldsOf(row);
    const [, , timestamp] = row;
    const happening = fields[FIELD.happening]!;
    const occurrences = countOf(fields);
    countEvent(slots, slotOf(timestamp, Number(happening[0]), Number(happening[1])), occurrences);
    countEvent(actors, valuesOf(fields, 'actor', view.terms)[0]!, occurrences);
    countEvent(targets, valuesOf(fields, 'target', view.terms)[0]!, occurrences);
    lastAt ??= timestamp;
    firstAt = timestamp;
  });
  return {
    slots,
    firstAt,
    lastAt,
    actors: busiest(actors, limit),
    targets: busiest(targets, limit),
    partial,
  };
}

const busiest = (counts: ReadonlyMap<string, Count>, limit: number): Partner[] =>
  [...counts]
    .map(([key, count]) => ({ key, ...count }))
    .sort(byOccurrences)
    .slice(0, limit);

function total(counts: Iterable<Count>): Count {
  const sum = { events: 0, occurrences: 0 };
  for (const count of counts) add(sum, count);
  return sum;
}

function add(sum: Count, { events, occurrences }: Count): void {
  sum.events += events;
  sum.occurrences += occurrences;
}

type Told = Pick<Stats, 'events' | 'occurrences' | 'actions' | 'outcomes' | 'days' | 'hours'>;

/** Totals, days and hours out of slots. */
function inWords(slots: ReadonlyMap<Slot, Count>, timeZone: string): Told {
  const clock = createZoneClock(timeZone);
  const nothing = () => ({ events: 0, occurrences: 0 });
  const each = <Word extends string>(words: readonly Word[]) =>
    Object.fromEntries(words.map(word => [word, nothing()])) as Record<Word, Count>;
  const actions = each(ACTIONS);
  const outcomes = each(OUTCOMES);
  const days = new Map<string, Stats['days'][number]>();
  const hours = Array.from({ length: 7 }, () => new Array<number>(24).fill(0));
  for (const slot of [...slots.keys()].sort((a, b) => a - b)) {
    const count = slots.get(slot)!;
    const { startsAt, action, outcome } = slotParts(slot);
    const { day: name, weekday, hour } = clock(startsAt);
    const day = days.get(name) ?? { day: name, ...nothing(), viewed: 0, created: 0, changed: 0, deleted: 0 };
    days.set(name, day);
    for (const sum of [day, actions[action], outcomes[outcome]]) add(sum, count);
    day[action] += count.occurrences;
    hours[weekday]![hour]! += count.occurrences;
  }
  return { ...total(slots.values()), actions, outcomes, days: [...days.values()], hours };
}
