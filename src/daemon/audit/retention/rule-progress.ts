// How far each standing rule was followed: all events up to there have lost what it is about, or are such that nothing of
// them ever goes. Kept by what the rule is about, not by its age, so that a rule that is made stricter goes on from there.
import type { Sqlite } from '../../sqlite.js';

/** Keeps, in the transaction that is under way, that `rule` was followed up to event `through`. */
export function rememberRule(db: Sqlite): (rule: string, through: number) => void {
  const write = db.prepare<[string, number]>(
    `INSERT INTO rule_progress (rule, through) VALUES (?, ?)
     ON CONFLICT (rule) DO UPDATE SET through = max(through, excluded.through)`,
  );
  return (rule, through) => void write.run(rule, through);
}

/** Reads up to which event a rule was followed; 0 if it was not yet. */
export function ruleProgress(db: Sqlite): (rule: string) => number {
  const read = db.prepare<[string], number>('SELECT through FROM rule_progress WHERE rule = ?').pluck();
  return rule => read.get(rule) ?? 0;
}
