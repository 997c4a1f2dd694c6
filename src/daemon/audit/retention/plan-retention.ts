// What is due by the settings at a moment: to be removed from the beginning of the log, and to be erased in place.
import { createHash } from 'node:crypto';
import type { RetentionRule } from '../../../shared/retention-rule.js';
import { uuidV8 } from '../../../shared/uuid-v8.js';
import type { Sqlite } from '../../sqlite.js';
import type { ErasureOrder } from '../erasure/order.js';
import { dueBefore, eraseBefore, trustedTime } from './due.js';
import { type PlannedRemoval, planRemoval } from './plan-removal.js';
import { removalReader } from './removal-state.js';
import { ruleProgress } from './rule-progress.js';
import { type StandingRule, standingRules } from './standing-rules.js';
import { createStoredTimes } from './stored-before.js';

/** How long the log is kept. */
export interface RetentionPolicy {
  /** Days after which events are removed; `null` for never. */
  days: number | null;
  rules: readonly RetentionRule[];
}

/** A rule, and the events that it has come to be due for. */
export interface DueRule {
  standing: StandingRule;
  /** What was stored before this moment is due, in milliseconds since the Unix epoch. */
  before: number;
  /** The events after the one and up to the other; none if they are the same. */
  after: number;
  through: number;
}

export interface DueRetention {
  /** What time it was taken to be: the clock's, or less (`trustedTime`). Milliseconds since the Unix epoch. */
  trusted: number;
  /** What was stored before this moment is due to be removed; `null` if everything is kept. */
  before: number | null;
  removal: PlannedRemoval | null;
  rules: DueRule[];
}

/**
 * In steps, each of which reads a bounded part of what is to be removed.
 * @param clock milliseconds since the Unix epoch
 * @throws Error for a log that is damaged
 */
export function* planRetention(
  db: Sqlite,
  { days, rules }: RetentionPolicy,
  clock: number,
): Generator<void, DueRetention> {
  const trusted = trustedTime(db, clock);
  const before = days === null ? null : dueBefore(trusted, days);
  return {
    trusted,
    before,
    removal: before === null ? null : ((yield* planRemoval(db, before)) ?? null),
    rules: standingRules(rules).map(standing => dueRule(db, standing, trusted)),
  };
}

function dueRule(db: Sqlite, standing: StandingRule, now: number): DueRule {
  const { removed } = removalReader(db)();
  const size = db.prepare<[], number>('SELECT size FROM head').pluck().get() ?? 0;
  const before = eraseBefore(now, standing.days);
  const after = Math.max(removed, ruleProgress(db)(standing.key));
  const through = createStoredTimes(db).lastBefore(before, after, Math.max(after, size));
  return { standing, before, after, through };
}

/**
 * The order to erase what a rule is due for; `undefined` if that is nothing. The same events make the same order, so that
 * one that is given twice is carried out once.
 */
export function erasureDue({ standing, before, after, through }: DueRule): ErasureOrder | undefined {
  if (through === after) return undefined;
  const { key, rule, days, filters, paths, only } = standing;
  return {
    id: uuidV8(createHash('sha256').update(`${key} ${after} ${through}`).digest()),
    filters,
    after,
    through,
    rule: key,
    ...(paths === undefined ? {} : { paths }),
    ...(only === undefined ? {} : { only }),
    by: { actorType: 'system', actorId: 'retention' },
    asked: { rule, before, ...(only === 'control' ? { days } : {}) },
    // What answers to requests are remembered for a day is older than any rule lets be: nothing of it is there.
    answers: { targets: [], actors: [] },
  };
}
