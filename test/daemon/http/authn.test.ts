// A route that does not say which operation it needs keeps the daemon from starting; one that forgets to ask the
// policy answers nobody.
import Fastify, { type FastifyInstance } from 'fastify';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Core } from '#src/daemon/core/core.js';
import { authenticateEverything } from '#src/daemon/http/authn.js';
import '#src/daemon/http/route.js';

const core = {
  identity: {
    authenticate: async () => ({ user: { id: '1', name: 'Ada', email: 'a@b', role: 'admin' }, expiresAt: 0 }),
  },
} as unknown as Core;

function guarded(): FastifyInstance {
  const app = Fastify();
  authenticateEverything(app, core);
  return app;
}

test('a route without a declaration is refused', () => {
  assert.throws(() => guarded().get('/x', async () => 'x'), /GET \/x does not declare the operation/);
});

test('a route with an operation that the table does not know is refused', () => {
  const config = { operations: ['everything'] as never };
  assert.throws(() => guarded().get('/x', { config }, async () => 'x'), /roles table does not know/);
  assert.throws(
    () => guarded().get('/x', { config: { operations: [] } }, async () => 'x'),
    /roles table does not know/,
  );
});

test('only four addresses can be public', () => {
  assert.throws(
    () => guarded().get('/x', { config: { operations: 'public' } }, async () => 'x'),
    /must not be public/,
  );
});

test('a handler that forgets to ask the policy answers nobody', async () => {
  const app = guarded();
  app.get('/x', { config: { operations: ['records.read'] } }, async () => ({ secret: 'x' }));
  const answer = await app.inject({ url: '/x', headers: { authorization: 'Bearer x' } });
  assert.is(answer.statusCode, 500);
  assert.not.match(answer.body, /"secret"/);
});

test.run();
