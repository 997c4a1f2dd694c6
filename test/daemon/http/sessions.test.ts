// Logging in, renewing, logging out; what is refused, and what of it is recorded.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ADMIN, type TemporaryDaemon, temporaryDaemon } from '../temporary-daemon.js';

let it: TemporaryDaemon;
let timeMs = 0;
// Time passes for the throttle when a test says so, however slow the machine.
const clock = { now: () => Date.now() + timeMs, monotonic: () => timeMs };

test.before(async () => {
  it = await temporaryDaemon({}, clock);
});
test.after(() => it?.stop());

const signIn = (email = ADMIN.email, password = ADMIN.password) =>
  it.ask('POST', '/v1/sessions', { body: { email, password } });
const refresh = (refreshToken: string) => it.ask('POST', '/v1/sessions/refresh', { body: { refreshToken } });
const me = (token: string) => it.ask('GET', '/v1/me', { token });

test('an access token has every claim, and lives ten minutes at most', async () => {
  const { body } = await signIn();
  const [header, payload] = body.accessToken
    .split('.')
    .slice(0, 2)
    .map((part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()));
  assert.is(header.alg, 'EdDSA');
  assert.type(header.kid, 'string');
  assert.equal(Object.keys(payload).sort(), ['aud', 'exp', 'iat', 'iss', 'jti', 'nbf', 'sid', 'sub']);
  assert.is(payload.sub, '1');
  assert.match(payload.iss, /^whodid:[0-9a-f-]{36}$/);
  assert.ok(payload.exp - payload.iat <= 600);
  assert.is(body.expiresIn, payload.exp - payload.iat);
});

test('tokens that are not exactly ours are refused', async () => {
  const { body } = await signIn();
  const [header, payload, signature] = body.accessToken.split('.');
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const kid = JSON.parse(Buffer.from(header, 'base64url').toString()).kid;
  const forged = [
    `${encode({ alg: 'none', kid, typ: 'at+jwt' })}.${payload}.`,
    `${encode({ alg: 'HS256', kid, typ: 'at+jwt' })}.${payload}.${signature}`,
    `${header}.${encode({ ...claims, sub: '2' })}.${signature}`,
    `${header}.${payload}.${signature.slice(0, -4)}AAAA`,
    `${encode({ alg: 'EdDSA', kid: 'other', typ: 'at+jwt' })}.${payload}.${signature}`,
    `${body.accessToken}x`,
    'x',
    `whodid_${'0'.repeat(32)}_${'a'.repeat(43)}`,
  ];
  for (const token of forged) {
    const { status, headers } = await me(token);
    assert.is(status, 401, token);
    assert.match(headers.get('content-type')!, 'application/problem+json');
  }
  assert.is((await it.ask('GET', '/v1/me')).status, 401);
  const events = await it.events('eventName=authentication.failed');
  assert.ok(events.length > 0);
  for (const event of events) {
    assert.equal(
      [event.actorType, event.actorId, event.targetType, event.targetId, event.outcome],
      ['anonymous', '-', 'routes', 'GET /v1/me', 'denied'],
    );
  }
});

test('a failed log-in is recorded without the address that was typed', async () => {
  await signIn(ADMIN.email, 'wrong password');
  await signIn('nobody-here@example.com', 'wrong password');
  const events = await it.events('eventName=session.refused');
  assert.equal(events.map(({ onBehalfOf }) => onBehalfOf?.id ?? '-').sort(), ['-', '1']);
  assert.not.match(JSON.stringify(events), 'nobody-here');
  for (const event of events)
    assert.equal([event.actorType, event.targetType, event.targetId], ['anonymous', 'sessions', '-']);
});

test('known and unknown accounts are answered alike, and slowed down alike', async () => {
  const attempts = async (email: string) => {
    const statuses = [];
    for (let n = 0; n < 7; n += 1) statuses.push((await signIn(email, 'wrong')).status);
    return statuses;
  };
  const { email } = await it.person('Target', 'viewer');
  const known = await attempts(email);
  assert.equal(known, await attempts('unknown@example.com'));
  assert.is(known[0], 401);
  assert.is(known.at(-1), 429);
  const blocked = await signIn(email, 'Target-password');
  assert.is(blocked.status, 429);
  assert.ok(Number(blocked.headers.get('retry-after')) >= 1);
  timeMs += 61_000;
  assert.is((await signIn(email, 'Target-password')).status, 201);
});

test('ten shells renew the same session at once and none is logged out', async () => {
  const { body } = await signIn();
  const renewed = await Promise.all(Array.from({ length: 10 }, () => refresh(body.refreshToken)));
  assert.equal(
    renewed.map(({ status }) => status),
    Array(10).fill(200),
  );
  assert.is(new Set(renewed.map(answer => answer.body.refreshToken)).size, 10);
  for (const answer of renewed) assert.is((await me(answer.body.accessToken)).status, 200);
});

test('a stolen old token ends the whole session', async () => {
  const { body } = await signIn();
  const second = (await refresh(body.refreshToken)).body;
  const third = (await refresh(second.refreshToken)).body;
  assert.is((await me(third.accessToken)).status, 200);
  assert.is((await refresh(body.refreshToken)).status, 401);
  assert.is((await me(third.accessToken)).status, 401);
  assert.is((await refresh(third.refreshToken)).status, 401);
  const [revoked] = await it.events('eventName=session.revoked');
  assert.equal([revoked!.actorType, revoked!.actorId], ['system', 'daemon']);
});

test('logging out works at once', async () => {
  const { body } = await signIn();
  assert.is((await it.ask('DELETE', '/v1/sessions/current', { token: body.accessToken })).status, 204);
  assert.is((await me(body.accessToken)).status, 401);
  assert.is((await refresh(body.refreshToken)).status, 401);
  assert.is((await it.events('eventName=session.ended'))[0]!.actorId, '1');
});

test('disabling a user works at once', async () => {
  const admin = await it.login();
  const { id, token, email, password } = await it.person('Dora', 'editor');
  assert.is((await me(token)).status, 200);
  await it.ask('PATCH', `/v1/records/users/${id}`, { token: admin, body: { disabled: true } });
  assert.is((await me(token)).status, 401);
  assert.is((await signIn(email, password)).status, 401);
});

test('deleting a user ends their sessions and their tokens', async () => {
  const admin = await it.login();
  const { id, token } = await it.person('Finn', 'auditor');
  const made = await it.ask('POST', '/v1/tokens', {
    token,
    body: { name: 'ci', role: 'auditor', expiresAt: clock.now() + 60_000 },
  });
  assert.is((await me(made.body.token)).status, 200);
  await it.ask('DELETE', `/v1/records/users/${id}`, { token: admin });
  assert.is((await me(token)).status, 401);
  assert.is((await me(made.body.token)).status, 401);
});

test('a new password ends the other sessions and is redacted in the log', async () => {
  const { id, token, email, password } = await it.person('Gus', 'viewer');
  const other = (await signIn(email, password)).body.accessToken;
  const set = (body: object) => it.ask('PUT', `/v1/users/${id}/password`, { token, body });
  assert.is((await set({ password: 'a new password' })).status, 403);
  assert.is((await set({ password: 'a new password', currentPassword: 'wrong' })).status, 403);
  assert.is((await set({ password: 'a new password', currentPassword: password })).status, 204);
  assert.equal([(await me(token)).status, (await me(other)).status], [200, 401]);
  const [event] = await it.events(`target=users:${id}&eventName=user.password.changed`);
  assert.equal(event!.changes, { password: { prev: null, next: null } });
  assert.equal(
    event!.redactions!.map(({ kind }) => kind),
    ['secret', 'secret'],
  );
  assert.not.match(JSON.stringify(await it.events('')), 'a new password');
});

test('a session begun while the password changes does not outlive it', async () => {
  const admin = await it.login();
  const { id, email, password } = await it.person('Racer', 'viewer');
  const [first, second, changed] = await Promise.all([
    signIn(email, password),
    signIn(email, password),
    it.ask('PUT', `/v1/users/${id}/password`, { token: admin, body: { password: 'another password' } }),
  ]);
  assert.is(changed.status, 204);
  for (const { body } of [first, second]) {
    if (body.accessToken !== undefined) assert.is((await me(body.accessToken)).status, 401);
  }
});

test('guesses that are sent at once are slowed down as well', async () => {
  const { email } = await it.person('Flood', 'viewer');
  const answers = await Promise.all(Array.from({ length: 30 }, () => signIn(email, 'wrong')));
  const checked = answers.filter(({ status }) => status === 401);
  assert.ok(checked.length <= 6, `${checked.length} guesses were checked`);
});

test('a refused sign-in is one event', async () => {
  const { headers } = await signIn('one-event@example.com', 'wrong');
  const events = await it.events(`requestId=${headers.get('x-request-id')}`);
  assert.equal(
    events.map(({ eventName }) => eventName).filter(name => name === 'authentication.failed'),
    [],
  );
});

test('a stranger writes no comment and no correlation into the log', async () => {
  const headers = { 'x-audit-comment': 'planted', 'x-correlation-id': 'planted' };
  await it.ask('GET', '/v1/status', { headers });
  await it.ask('POST', '/v1/sessions', {
    headers,
    body: { email: 'stranger@example.com', password: 'wrong' },
  });
  assert.equal(await it.events('correlationId=planted'), []);
  assert.not.match(JSON.stringify(await it.events('actor=anonymous:-')), 'planted');
});

test('keys rotate, and tokens of the old key stay good until they expire', async () => {
  const token = await it.login();
  const before = (await it.ask('GET', '/.well-known/jwks.json')).body.keys.length;
  const rotated = await it.ask('POST', '/v1/keys/rotate', { token });
  assert.is(rotated.status, 201);
  assert.is((await me(token)).status, 200);
  const fresh = (await signIn()).body.accessToken;
  assert.is(JSON.parse(Buffer.from(fresh.split('.')[0], 'base64url').toString()).kid, rotated.body.kid);
  assert.is((await it.ask('GET', '/.well-known/jwks.json')).body.keys.length, before + 1);
  assert.is((await it.events('eventName=key.rotated'))[0]!.targetId, rotated.body.kid);
});

test('sessions, tokens and throttling outlive nothing they should not: a restart keeps sessions', async () => {
  const { body } = await signIn();
  await it.restart();
  assert.is((await me(body.accessToken)).status, 200);
  assert.is((await refresh(body.refreshToken)).status, 200);
});

test('no secret is in the log of the daemon', () => {
  assert.not.match(it.logged.join('\n'), ADMIN.password);
});

test.run();
