// What can happen to an account while a password is being hashed, which takes its time.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AccessTokens } from '#src/daemon/core/access-tokens.js';
import type { Caller } from '#src/daemon/core/caller.js';
import { createSignIn } from '#src/daemon/core/sign-in.js';
import { createThrottle } from '#src/daemon/core/throttle.js';
import { Problem } from '#src/shared/problem.js';
import { temporaryData } from '../data/temporary-data.js';

const ADA = { type: 'users', id: '1' };
const caller: Caller = {
  principal: { user: { id: '1', name: 'Ada', email: 'a@b', role: 'admin' }, sessionId: 's', expiresAt: 0 },
  facts: { requestId: 'r' },
};

test('an account that is deleted meanwhile gets no password', async () => {
  const { data } = await temporaryData();
  const ada = data.as(ADA);
  const { type } = await ada.types.find('users');
  const { id } = await ada.records.create(type, { name: 'Bo', email: 'bo@example.com' });
  const signIn = createSignIn({
    data,
    accessTokens: {} as AccessTokens,
    passwords: {
      check: async () => true,
      async hash() {
        await ada.users.delete(id, {});
        return 'hash';
      },
    },
    throttle: createThrottle(() => 0),
    sessionIdleMs: 1,
    now: Date.now,
  });
  try {
    await signIn.setPassword(caller, id, { password: 'a new password' });
    assert.unreachable();
  } catch (error) {
    assert.instance(error, Problem);
    assert.is((error as Problem).code, 'not_found');
  }
  assert.is(await ada.credentials.hash(id), undefined);
  const names = [...data.queue.pending()].map(({ eventName }) => eventName);
  assert.not.ok(names.includes('user.password.changed'));
  data.close();
});

test.run();
