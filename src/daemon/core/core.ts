// The core: what the program does, in somebody's name and under the roles table. http calls it and nothing else.
import type { LimitState } from '../../shared/limits.js';
import type { AuditLog } from '../audit/audit-log.js';
import type { RetentionPolicy } from '../audit/retention/plan-retention.js';
import type { CheckpointKeys } from '../checkpoint-keys.js';
import type { DataLayer } from '../data/data-layer.js';
import type { KeyRing } from '../keys.js';
import { createAccessTokens } from './access-tokens.js';
import { createAudit } from './audit.js';
import { createBackupOperations, type MakeBackup } from './backups.js';
import { createErasures } from './erasures.js';
import { createEvidence } from './evidence.js';
import { createExports } from './exports.js';
import { createIdentity } from './identity.js';
import type { Responses } from './metrics.js';
import { createObjectHistory } from './object-history.js';
import { createPageCursors } from './page-cursors.js';
import { createPasswordChecker } from './password.js';
import { createRecords } from './records.js';
import { createRefusals } from './refusals.js';
import { createReports } from './reports.js';
import { createRetention } from './retention.js';
import { createReverts } from './reverts.js';
import { createSeals } from './seals.js';
import { createService } from './service.js';
import { createSignIn } from './sign-in.js';
import { createThrottle } from './throttle.js';
import { createTokens } from './tokens.js';
import { createTypes } from './types.js';
import { createVerification } from './verification.js';

export interface CoreOptions {
  data: DataLayer;
  audit: AuditLog;
  keys: KeyRing;
  /** The keys of the log's checkpoints. */
  checkpointKeys: CheckpointKeys;
  version: string;
  accessTokenSeconds: number;
  sessionIdleMs: number;
  retention: RetentionPolicy;
  backlogLimit: number;
  minFreeBytes: number;
  /** Whether checkpoints leave, as the status says it; `undefined` if none is to. */
  checkpoints(): string | undefined;
  makeBackup: MakeBackup;
  gauges(): LimitState[];
  responses(): Responses;
  addresses(): { url: string | null; socket: string };
  /** Wall clock, milliseconds since the Unix epoch. */
  now(): number;
  /** Monotonic clock, milliseconds. */
  monotonic(): number;
}

export async function createCore(options: CoreOptions) {
  const { data, audit, keys, now, monotonic } = options;
  const accessTokens = createAccessTokens({
    keys,
    instance: data.instance,
    lifetimeSeconds: options.accessTokenSeconds,
    now: data.steadyNow,
  });
  const seals = createSeals(keys.instanceSecret);
  const cursors = createPageCursors(seals);
  const queries = createAudit({ data, audit, seals, cursors, now });
  const history = createObjectHistory({ data, audit, queries, cursors });
  const evidence = createEvidence({ audit, queries, keys: options.checkpointKeys });
  return {
    identity: createIdentity({ data, accessTokens, now }),
    signIn: createSignIn({
      data,
      accessTokens,
      passwords: await createPasswordChecker(),
      throttle: createThrottle(monotonic),
      sessionIdleMs: options.sessionIdleMs,
      now: data.steadyNow,
    }),
    records: createRecords({ data, now }),
    types: createTypes({ data, audit, queries }),
    tokens: createTokens({ data, now }),
    audit: queries,
    history,
    evidence,
    exports: createExports({ data, audit, queries, evidence, version: options.version }),
    verification: createVerification({ data, audit, queries, keys: options.checkpointKeys }),
    reverts: createReverts({ data, audit, queries, history }),
    erasures: createErasures({ data, audit, queries }),
    retention: createRetention({ audit, queries, policy: options.retention, now }),
    reports: createReports({ data, audit, secret: keys.instanceSecret, now }),
    backups: createBackupOperations({ data, make: options.makeBackup }),
    refusals: createRefusals({ data }),
    service: createService({ ...options, accessTokens }),
    /** Keyed digests of requests, for idempotency. */
    secret: keys.instanceSecret,
  };
}

export type Core = Awaited<ReturnType<typeof createCore>>;
