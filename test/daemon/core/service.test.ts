// The service's keys, when there is no room for what happens to them.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AuditLog } from '#src/daemon/audit/audit-log.js';
import type { AccessTokens } from '#src/daemon/core/access-tokens.js';
import type { Caller } from '#src/daemon/core/caller.js';
import { createService } from '#src/daemon/core/service.js';
import type { KeyRing } from '#src/daemon/keys.js';
import { noTraffic } from '#src/daemon/listeners.js';
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
    rotate: async (record: (kid: string) => Promise<unknown>) => {
      rotations += 1;
      await record('new');
      return { kid: 'new', use: 'tokens', algorithm: 'EdDSA', createdAt: 1, active: true };
    },
  } as unknown as KeyRing;
  const order: string[] = [];
  const service = createService({
    data,
    keys,
    checkpointKeys: {
      list: () => [],
      rotate: async () => {
        rotations += 1;
        order.push('rotated');
        const key = {
          kid: 'next',
          use: 'checkpoints',
          algorithm: 'Ed25519',
          createdAt: 1,
          active: true,
        } as const;
        return { key, publicKey: 'log+1+key' };
      },
    },
    audit: { rekey: async () => void order.push('signed') } as unknown as AuditLog,
    accessTokens: { forget: () => undefined } as AccessTokens,
    version: '0',
    backlogLimit: 1,
    minFreeBytes: 1,
    checkpoints: () => undefined,
    gauges: () => [],
    responses: () => noTraffic().responses,
    addresses: () => ({ url: null, socket: '' }),
    now: () => 0,
    monotonic: () => 0,
  });
  return { data, service, order, rotations: () => rotations };
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

test('a key of checkpoints signs before its rotation is recorded, with the public key', async () => {
  const { data, service, order } = await withKeys(0);
  const { answer, eventIds } = await service.rotateCheckpointKey(caller);
  const [event] = [...data.queue.pending()];
  assert.equal(order, ['rotated', 'signed']);
  assert.equal(
    [answer.kid, event?.eventName, event?.targetId, event?.changes],
    ['next', 'checkpoint-key.rotated', 'next', { publicKey: { prev: null, next: 'log+1+key' } }],
  );
  assert.equal(eventIds, [event?.id]);
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
  assert.is(data.tokenKey(), 'new');
  assert.equal(eventIds, [event?.id]);
  data.close();
});

test.run();
