// Erasures carried out on a log of a test's own, as the logger does, to their end.
import { randomUUID } from 'node:crypto';
import type { ErasureOrder, ErasureProgress } from '#src/daemon/audit/erasure/order.js';
import type { LogStore } from '#src/daemon/audit/log-store.js';
import type { AuditFilter } from '#src/shared/audit-filter.js';

/** An order of users:1 to erase all that can go of these events; `parts` say more, or otherwise. */
export function erasureOrder(parts: Partial<ErasureOrder> = {}): ErasureOrder {
  return {
    id: randomUUID(),
    filters: [],
    by: { actorType: 'users', actorId: '1', actorName: 'Ada' },
    asked: {},
    answers: { targets: [], actors: [] },
    ...parts,
  };
}

export const ofTarget = (target: string): AuditFilter => ({ include: { target: [target] }, exclude: {} });
export const ofActor = (actor: string): AuditFilter => ({ include: { actor: [actor] }, exclude: {} });

/** Takes the order and goes on until nothing is left to do. */
export async function carriedOut(
  { erasures, head }: LogStore,
  parts: Partial<ErasureOrder>,
): Promise<ErasureProgress> {
  const order = erasureOrder(parts);
  await erasures.begin(order);
  for (;;) {
    const { size } = await head();
    const step = await erasures.step(size);
    if (step?.progress.phase === 'erased') return (await erasures.cleared(order.id))!;
    if (step === null || step.waits) throw new Error(`The erasure got stuck: ${JSON.stringify(step)}`);
  }
}
