// The service's keys, when there is no room for what happens to them.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AuditLog } from '#src/daemon/audit/audit-log.js';
import type { AccessTokens } from '#src/daemon/core/access-tokens.js';
import type { Caller } from '#src/daemon/core/caller.js';
import { createService } from '#src/daemon/core/service.js';
import type { KeyRing } from '#src/daemon/keys.js';
import { Problem } from '#src/shared/problem.js';
import { temporaryData } from '../data/temporary-data.js';

const caller: Caller = {
  principal: { user: { id: '1', name: 'Ada', email: 'a@b', role: 'admin' }, sessionId: 's', expiresAt: 0 },
  facts: { requestId: 'r' },
};

async function withKeys(minFreeBytes: number) {
  const { data } = await temporaryData({ minFreeBytes });
  let rotations = 0;
  const keys = {
    rotate: async () => {
      rotations += 1;
      return { kid: 'new', algorithm: 'EdDSA', createdAt: 1, active: true };
    },
  } as unknown as KeyRing;
  const service = createService({
    data,
    keys,
    audit: {} as AuditLog,
    accessTokens: { forget: () => undefined } as AccessTokens,
    version: '0',
    backlogLimit: 1,
    checkpoints: () => undefined,
    addresses: () => ({ url: null, socket: '' }),
    monotonic: () => 0,
  });
  return { data, service, rotations: () => rotations };
}

test('a key is not rotated when its event could not be recorded', async () => {
  const { data, service, rotations } = await withKeys(Number.POSITIVE_INFINITY);
  try {
    await service.rotateKeys(caller);
    assert.unreachable();
  } catch (error) {
    assert.instance(error, Problem);
    assert.is((error as Problem).code, 'unavailable');
  }
  assert.is(rotations(), 0);
  data.close();
});

test('a rotation is recorded with the key that it made', async () => {
  const { data, service, rotations } = await withKeys(0);
  const { answer, eventIds } = await service.rotateKeys(caller);
  const [event] = [...data.queue.pending()];
  assert.equal(
    [answer.kid, rotations(), event?.eventName, event?.targetId],
    ['new', 1, 'key.rotated', 'new'],
  );
  assert.equal(eventIds, [event?.id]);
  data.close();
});

test.run();
