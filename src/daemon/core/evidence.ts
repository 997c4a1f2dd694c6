// Tamper evidence: the log's checkpoint and proofs, for those who may see what they show.
import type { CheckpointAnswer, EventProof, GrowthProof } from '../../shared/api.js';
import type { DataEvent } from '../../shared/data-event.js';
import { keysFrom } from '../../shared/log/key-rotation.js';
import { signerOf } from '../../shared/log/signed-note.js';
import { Problem } from '../../shared/problem.js';
import type { AuditLog } from '../audit/audit-log.js';
import type { CheckpointKeys } from '../checkpoint-keys.js';
import { type Audit, catchingUp } from './audit.js';
import { awaitSignature, unsigned } from './await-signature.js';
import type { Caller } from './caller.js';
import { authorize } from './policy.js';

export interface EvidenceOptions {
  audit: AuditLog;
  queries: Pick<Audit, 'event' | 'fresh'>;
  /** The keys of the log's checkpoints. */
  keys: Pick<CheckpointKeys, 'first' | 'rotations'>;
}

export function createEvidence({ audit, queries, keys }: EvidenceOptions) {
  /** How whoever trusts an earlier key comes to the one that signs. */
  const rotated = () => {
    const rotations = [...keys.rotations()];
    return rotations.length === 0 ? {} : { rotations };
  };
  const signed = (size: number) => awaitSignature(audit, size);

  return {
    signed,

    async checkpoint(caller: Caller): Promise<CheckpointAnswer> {
      authorize(caller, 'service.read');
      const fresh = await queries.fresh();
      const checkpoint = await audit.checkpoint();
      if (checkpoint === null) throw unsigned();
      const { own } = keysFrom(keys.first(), keys.rotations());
      return {
        checkpoint,
        publicKey: signerOf(checkpoint, own).key,
        ...rotated(),
        ...(fresh ? {} : { stale: true as const }),
      };
    },

    /** @throws Problem `not_found`, also for an event that the caller may not see whole */
    async eventProof(caller: Caller, id: string): Promise<EventProof> {
      authorize(caller, 'audit.log');
      const { seq } = JSON.parse(await queries.event(caller, id)) as DataEvent;
      await signed(seq);
      const proof = await audit.eventProof(id);
      if (proof === null) throw unsigned();
      return { ...proof, ...rotated() };
    },

    /** @throws Problem `conflict` if the log has never had `from` events, `unavailable` if it may yet */
    async growthProof(caller: Caller, from: number): Promise<GrowthProof> {
      authorize(caller, 'audit.log');
      const fresh = from <= audit.head().size || (await queries.fresh());
      if (from <= audit.head().size) await signed(from);
      else if (!fresh) throw catchingUp();
      const proof = await audit.growthProof(from);
      if (proof === null) throw new Problem('conflict', `The log has no ${from} events.`);
      return { ...proof, ...rotated() };
    },
  };
}

export type Evidence = ReturnType<typeof createEvidence>;
