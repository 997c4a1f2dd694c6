// Verifying the whole log, for those who may read all of it.
import { keysFrom } from '../../shared/log/key-rotation.js';
import { formatRef } from '../../shared/object-ref.js';
import { Problem } from '../../shared/problem.js';
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

/** What is said while a log is verified: how it can be gone on with, how far it is, and at the end what came of it. */
export type VerificationLine =
  | { verification: string }
  | { progress: VerifyProgress }
  | { verdict: LogVerdict };

/** What to begin with: what is taken as verified before, or one that was interrupted. */
export interface VerificationOrder {
  since?: VerifiedLog;
  resume?: string;
}

/** One that was begun: by whom, and what is known of the log beside what is recomputed. */
interface Begun {
  by: string;
  complete(verdict: LogVerdict): LogVerdict;
}

/** How often is said how far it is, in milliseconds. */
const SAY_EVERY_MS = 100;

/** Most that are remembered, the latest; the query thread keeps fewer. */
const REMEMBERED = 8;

export function createVerification({ data, audit, queries, keys }: VerificationOptions) {
  const begun = new Map<string, Begun>();

  return {
    /**
     * Verifies the log as it is when it is asked to, or goes on with a verification of the same caller.
     * @throws Problem `forbidden`, `unavailable`; `not_found` for one that cannot be gone on with
     */
    async begin(
      caller: Caller,
      { since, resume }: VerificationOrder,
    ): Promise<AsyncGenerator<VerificationLine>> {
      authorize(caller, 'audit.log');
      if (caller.principal.token?.tenantId !== undefined)
        throw forbidden('the log is verified as a whole, and this token is bound to one tenant');
      const { type, id: actorId } = actorOf(caller);
      const by = formatRef(type, actorId);
      if (
        resume !== undefined &&
        !(begun.get(resume)?.by === by && (await audit.resumeVerification(resume)))
      ) {
        throw new Problem('not_found', 'That verification cannot be gone on with any more. Begin anew.');
      }
      const what = [
        ...(since === undefined ? [] : [`since=${since.size}`]),
        ...(resume === undefined ? [] : ['resumed']),
      ];
      await data.as(actorOf(caller)).occurred({
        action: 'viewed',
        target: { type: 'audit', id: 'log' },
        eventName: 'audit.verified',
        ...(what.length === 0 ? {} : { query: what.join('&') }),
      });
      return lines(resume ?? (await beginAnew(by, since)));
    },
  };

  async function beginAnew(by: string, since: VerifiedLog | undefined): Promise<string> {
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
    begun.set(id, {
      by,
      complete: verdict => ({
        ...withFindings(verdict, own.findings),
        signedSize: own.heads[0]?.size ?? 0,
        ...(own.heads.length > 0 && note !== null ? { checkpoint: note } : {}),
      }),
    });
    for (const oldest of [...begun.keys()].slice(0, -REMEMBERED)) begun.delete(oldest);
    return id;
  }

  async function* lines(id: string): AsyncGenerator<VerificationLine> {
    let saidAt = Number.NEGATIVE_INFINITY;
    try {
      yield { verification: id };
      for (;;) {
        const { progress, verdict } = await audit.stepVerification(id);
        if (verdict !== undefined) {
          const { complete } = begun.get(id)!;
          begun.delete(id);
          yield { verdict: complete(verdict) };
          return;
        }
        const now = performance.now();
        if (now - saidAt < SAY_EVERY_MS) continue;
        saidAt = now;
        yield { progress };
      }
    } finally {
      await audit.pauseVerification(id).catch(() => undefined);
    }
  }
}

export type Verification = ReturnType<typeof createVerification>;
