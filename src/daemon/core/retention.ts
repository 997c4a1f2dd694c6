// What retention would do now, by the daemon's settings or by others: to look before they hold.
import { Problem } from '../../shared/problem.js';
import type { RetentionPreview, RetentionQuestion } from '../../shared/retention.js';
import { daysOf, type RetentionRule, readRetentionRules } from '../../shared/retention-rule.js';
import { readValue } from '../../shared/setting-kind.js';
import { SETTINGS } from '../../shared/settings.js';
import type { AuditLog } from '../audit/audit-log.js';
import type { RetentionPolicy } from '../audit/retention/plan-retention.js';
import type { Audit } from './audit.js';
import type { Caller } from './caller.js';
import { authorize } from './policy.js';

export interface RetentionOptions {
  audit: Pick<AuditLog, 'retentionPreview'>;
  queries: Pick<Audit, 'fresh' | 'recordQuery'>;
  /** What the daemon goes by. */
  policy: RetentionPolicy;
  /** Wall clock, milliseconds since the Unix epoch. */
  now(): number;
}

const KIND = SETTINGS.find(({ name }) => name === 'audit.retention')!.kind;

export function createRetention({ audit, queries, policy, now }: RetentionOptions) {
  return {
    /** @throws Problem `forbidden`, `bad_request` for settings that are none */
    async preview(caller: Caller, { retention, rules }: RetentionQuestion): Promise<RetentionPreview> {
      authorize(caller, 'administer');
      const asked: RetentionPolicy = {
        days:
          retention === undefined ? policy.days : (daysOf(readValue(KIND, retention, 'retention')) ?? null),
        rules: rules === undefined ? policy.rules : rulesIn(rules),
      };
      await queries.fresh();
      const counted = await audit.retentionPreview(asked, now());
      const words = JSON.stringify({ retention: asked.days, rules: asked.rules });
      await queries.recordQuery(caller, `retention ${words}`.slice(0, 4096));
      return { ...counted, retention: asked.days === null ? '' : `${asked.days}d` };
    },
  };
}

function rulesIn(text: string): RetentionRule[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Problem('bad_request', 'rules must be JSON.', {
      errors: [{ field: 'rules', reason: 'must be JSON' }],
    });
  }
  return readRetentionRules(value, 'rules');
}
