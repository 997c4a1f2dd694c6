// Verifying the whole log, for those who may read all of it.
import { keysFrom } from '../../shared/log/key-rotation.js';
import type { LogVerdict, VerifiedLog, VerifyProgress } from '../../shared/verification.js';
import type { AuditLog } from '../audit/audit-log.js';
import { openNotes } from '../audit/verify/known-heads.js';
import { withFindings } from '../audit/verify/with-findings.js';
import type { CheckpointKeys } from '../checkpoint-keys.js';
import type { DataLayer } from '../data/data-layer.js';
import type { Audit } from './audit.js';
import { awaitSignature } from './await-signature.js';
import { actorOf, type Caller } from './caller.js';
import { authorize, forbidden } from './policy.js';

export interface VerificationOptions {
  data: DataLayer;
  audit: AuditLog;
  queries: Pick<Audit, 'fresh'>;
  /** The keys of the log's checkpoints. */
  keys: Pick<CheckpointKeys, 'first' | 'rotations'>;
}

/** What is said while a log is verified: how far it is, and at the end what came of it. */
export type VerificationLine = { progress: VerifyProgress } | { verdict: LogVerdict };

/** How often is said how far it is, in milliseconds. */
const SAY_EVERY_MS = 100;

export function createVerification({ data, audit, queries, keys }: VerificationOptions) {
  return {
    /**
     * Verifies the log as it is when it is asked to; `since` is what is taken as verified before.
     * @throws Problem `forbidden`, `unavailable`
     */
    async begin(caller: Caller, since?: VerifiedLog): Promise<AsyncGenerator<VerificationLine>> {
      authorize(caller, 'audit.log');
      if (caller.principal.token?.tenantId !== undefined)
        throw forbidden('the log is verified as a whole, and this token is bound to one tenant');
      await data.as(actorOf(caller)).occurred({
        action: 'viewed',
        target: { type: 'audit', id: 'log' },
        eventName: 'audit.verified',
        ...(since === undefined ? {} : { query: `since=${since.size}` }),
      });
      await queries.fresh();
      // So that what has just come is signed, too. If that takes long, it is said how much is not.
      await awaitSignature(audit, audit.head().size).catch(() => undefined);
      const note = await audit.checkpoint();
      const own = openNotes(
        note === null ? [] : [{ name: 'The checkpoint of the log', note, isKept: false }],
        keysFrom(keys.first(), keys.rotations()).own,
      );
      const id = await audit.beginVerification({
        heads: own.heads,
        ...(since === undefined ? {} : { since }),
      });
      return lines(id, verdict => ({
        ...withFindings(verdict, own.findings),
        signedSize: own.heads[0]?.size ?? 0,
        ...(own.heads.length > 0 && note !== null ? { checkpoint: note } : {}),
      }));
    },
  };

  async function* lines(
    id: number,
    complete: (verdict: LogVerdict) => LogVerdict,
  ): AsyncGenerator<VerificationLine> {
    let saidAt = Number.NEGATIVE_INFINITY;
    try {
      for (;;) {
        const { progress, verdict } = await audit.stepVerification(id);
        if (verdict !== undefined) {
          yield { verdict: complete(verdict) };
          return;
        }
        const now = performance.now();
        if (now - saidAt < SAY_EVERY_MS) continue;
        saidAt = now;
        yield { progress };
      }
    } finally {
      await audit.endVerification(id).catch(() => undefined);
    }
  }
}

export type Verification = ReturnType<typeof createVerification>;
