// The rules of the settings as the log follows them. One that would take something within a year is two: what says how the
// log itself was kept has its year (erasure/control-events.ts).
import type { AuditFilter } from '../../../shared/audit-filter.js';
import { canonicalJson } from '../../../shared/log/canonical-json.js';
import { daysOf, type RetentionRule, rulePaths } from '../../../shared/retention-rule.js';
import { CONTROL_DAYS } from '../erasure/control-events.js';
import type { ErasureOrder } from '../erasure/order.js';

export interface StandingRule extends Pick<ErasureOrder, 'filters' | 'paths' | 'only'> {
  /** What it is about, for its progress: the same for each rule that takes the same from the same events. */
  key: string;
  /** How many days after events were stored. */
  days: number;
  /** As the settings have it. */
  rule: RetentionRule;
}

export function standingRules(rules: readonly RetentionRule[]): StandingRule[] {
  return rules.flatMap(rule => {
    const days = daysOf(rule.after)!;
    if (days >= CONTROL_DAYS) return [standing(rule, days)];
    return [standing(rule, days, 'ordinary'), standing(rule, CONTROL_DAYS, 'control')];
  });
}

function standing(rule: RetentionRule, days: number, only?: StandingRule['only']): StandingRule {
  const { types, actions } = rule;
  const paths = rulePaths(rule);
  const filter: AuditFilter = {
    include: {
      ...(types === undefined ? {} : { target: types.map(type => `${type}:`) }),
      ...(actions === undefined ? {} : { action: [...actions] }),
    },
    exclude: {},
  };
  return {
    key: canonicalJson({
      types: sorted(types),
      actions: sorted(actions),
      paths: sorted(paths),
      only: only ?? 'all',
    }),
    days,
    rule,
    filters: [filter],
    ...(paths === undefined ? {} : { paths }),
    ...(only === undefined ? {} : { only }),
  };
}

/** Each once, and always in the same order. */
const sorted = (words: readonly string[] | undefined) =>
  words === undefined ? null : [...new Set(words)].sort();
