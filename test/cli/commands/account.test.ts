import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { run as login } from '#src/cli/commands/login.js';
import { run as logout } from '#src/cli/commands/logout.js';
import { run as passwd } from '#src/cli/commands/passwd.js';
import { run as createToken } from '#src/cli/commands/tokens/create.js';
import { run as defineType } from '#src/cli/commands/types/define.js';
import { run as whoami } from '#src/cli/commands/whoami.js';
import type { SessionStore } from '#src/cli/session.js';
import { urlEndpoint } from '#src/shared/endpoint.js';
import { type CapturedIo, type CapturedIoOptions, capturedIo } from '../captured-io.js';
import { type FakeDaemon, fakeDaemon, type Handler, problemReply, type Reply } from '../fake-daemon.js';

const daemons: FakeDaemon[] = [];
test.after(async () => {
  await Promise.all(daemons.map(daemon => daemon.close()));
});

const ME = {
  actorType: 'users',
  id: '1',
  name: 'Ada\u001b',
  role: 'admin',
  expiresAt: 1475089815000,
  instance: 'i',
};
const TOKENS = { accessToken: 'access', refreshToken: 'refresh', expiresIn: 600 };
const answering: Handler = ({ method, path }): Reply => {
  if (path === '/v1/me') return { body: ME };
  if (path === '/v1/sessions') return { status: 201, body: TOKENS };
  if (path === '/v1/tokens')
    return { status: 201, body: { id: '7', name: 'ci', role: 'reporter', token: 'whodid_x', expiresAt: 0 } };
  if (method === 'GET' && path === '/v1/types')
    return { body: { data: [{ name: 'notes' }, { name: 'old' }], next: null, prev: null } };
  if (path.startsWith('/v1/types'))
    return { status: 201, body: { name: 'x', version: 1, fields: ['a'], builtIn: false } };
  return { status: 204 };
};

interface World {
  io: CapturedIo;
  daemon: FakeDaemon;
  saved: unknown[];
  session: SessionStore;
}
async function world(options: CapturedIoOptions = {}, handler = answering, loggedIn = true): Promise<World> {
  const daemon = await fakeDaemon(handler);
  daemons.push(daemon);
  const saved: unknown[] = [];
  const session: SessionStore = {
    token: async () => 'access',
    exists: async () => loggedIn,
    save: async given => void saved.push(given),
    forget: async () => void saved.push('forgotten'),
  };
  return { io: capturedIo(options), daemon, saved, session };
}
async function messageOf(promise: Promise<void>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}
const bodies = ({ daemon }: World) =>
  daemon.asked.map(({ method, path, body }) => `${method} ${path} ${body}`.trim());

function runLogin(
  given: World,
  flags: { email?: string; passwordStdin?: boolean } = {},
  url = given.daemon.url,
) {
  const { io, daemon, session } = given;
  return login({
    seeLog: async () => ({ findings: [] }),
    ...flags,
    io,
    client: daemon.client(session.token),
    session,
    endpoint: urlEndpoint(url),
    tokenSet: false,
  });
}

test('login asks for what is missing on a terminal, and keeps what it was given', async () => {
  const answers = ['ada@example.com', 'secret'];
  const given = await world({ terminal: true, answers }, answering, false);
  await runLogin(given);
  assert.equal(given.io.questions, ['E-mail', 'Password']);
  assert.equal(given.saved, [TOKENS]);
  assert.is(given.io.out(), '');
  assert.is(given.io.err(), `Logged in as Ada\\u001b (users:1, admin) at ${given.daemon.url}.\n`);
});

test('login on a terminal says whose session it takes the place of', async () => {
  const given = await world({ terminal: true, answers: ['ada@example.com', 'secret'] });
  await runLogin(given);
  assert.match(
    given.io.err(),
    `Ada\\u001b (users:1, admin) is logged in at ${given.daemon.url}; a new session takes its place.\n`,
  );
});

test('login on a terminal asks nothing while no daemon answers', async () => {
  const given = await world({ terminal: true, answers: ['ada@example.com', 'secret'] });
  await given.daemon.close();
  assert.match(await messageOf(runLogin(given)), /No daemon answers/);
  assert.equal(given.io.questions, []);
});

test('login in a script: what is missing is a usage error that names the option', async () => {
  assert.match(await messageOf(runLogin(await world())), /Use --email\./);
  assert.match(await messageOf(runLogin(await world(), { email: 'a@b' })), /Use --password-stdin\./);
  const given = await world({ stdin: 'secret\n' });
  await runLogin(given, { email: 'a@b', passwordStdin: true });
  assert.is(bodies(given)[0], 'POST /v1/sessions {"email":"a@b","password":"secret"}');
});

test('login: a password of several lines, or none, is a mistake', async () => {
  for (const stdin of ['', '\n', 'a\nb\n']) {
    const given = await world({ stdin });
    assert.match(await messageOf(runLogin(given, { email: 'a@b', passwordStdin: true })), /one line/);
    assert.equal(given.daemon.asked, []);
  }
});

test('login over plain HTTP to another machine warns', async () => {
  const given = await world({ stdin: 'secret' });
  await runLogin(given, { email: 'a@b', passwordStdin: true }, 'http://audit.example.com');
  assert.match(given.io.err(), /travels to http:\/\/audit\.example\.com without encryption/);
  const local = await world({ stdin: 'secret' });
  await runLogin(local, { email: 'a@b', passwordStdin: true });
  assert.not.match(local.io.err(), /encryption/);
});

test('logout ends the session there and forgets it here; an ended one is forgotten too', async () => {
  for (const handler of [answering, (() => problemReply(401, 'unauthenticated', 'Ended.')) as Handler]) {
    const { io, daemon, session, saved } = await world({}, handler);
    await logout({ io, client: daemon.client(session.token), session, tokenSet: false });
    assert.equal(saved, ['forgotten']);
    assert.is(io.err(), 'Logged out.\n');
    assert.is(daemon.asked[0]?.path, '/v1/sessions/current');
  }
});

test('logout without a session is done already', async () => {
  const { io, daemon, session, saved } = await world({}, answering, false);
  await logout({ io, client: daemon.client(), session, tokenSet: true });
  assert.equal([saved, daemon.asked], [[], []]);
  assert.is(io.err(), 'Nobody was logged in.\nWHODID_TOKEN is still set and still works.\n');
});

test('logout keeps the session when the daemon cannot be told', async () => {
  const { io, daemon, session, saved } = await world({}, () => problemReply(503, 'unavailable', 'Full.'));
  assert.is(await messageOf(logout({ io, client: daemon.client(), session, tokenSet: false })), 'Full.');
  assert.equal(saved, []);
});

test("passwd: one's own with the current one, somebody's without", async () => {
  const own = await world({ terminal: true, answers: ['old', 'newer-one', 'newer-one'] });
  await passwd({ io: own.io, client: own.daemon.client() });
  assert.is(bodies(own)[1], 'PUT /v1/users/1/password {"currentPassword":"old","password":"newer-one"}');
  const other = await world({ terminal: true, answers: ['newer-one', 'newer-one'] });
  await passwd({ io: other.io, client: other.daemon.client(), user: '2' });
  assert.is(bodies(other)[1], 'PUT /v1/users/2/password {"password":"newer-one"}');
  const script = await world({ stdin: 'old\r\nnewer-one\r\n' });
  await passwd({ io: script.io, client: script.daemon.client(), passwordStdin: true });
  assert.is(bodies(script)[1], 'PUT /v1/users/1/password {"currentPassword":"old","password":"newer-one"}');
});

test('passwd: two different passwords change nothing', async () => {
  const given = await world({ terminal: true, answers: ['old', 'one', 'another'] });
  assert.match(await messageOf(passwd({ io: given.io, client: given.daemon.client() })), /not the same/);
  assert.equal(bodies(given), ['GET /v1/me']);
});

test('passwd in a script: without --password-stdin the daemon is not even asked', async () => {
  const given = await world();
  assert.match(await messageOf(passwd({ io: given.io, client: given.daemon.client() })), /--password-stdin/);
  assert.equal(bodies(given), []);
});

test('whoami on a terminal says who is logged in where', async () => {
  const me = {
    actorType: 'users',
    id: '1',
    name: 'Ada\u001b',
    role: 'admin',
    sessionId: 's-1',
    instance: 'i-1',
  };
  const daemon = await fakeDaemon(() => ({ body: me }));
  daemons.push(daemon);
  const io = capturedIo({ terminal: true });
  await whoami({
    io,
    client: daemon.client(),
    endpoint: urlEndpoint(daemon.url),
    clock: Date.now,
    flags: {},
  });
  assert.match(io.out(), `Ada\\u001b (users:1, admin) at ${daemon.url}\nsessionId  s-1\n`);
});

test('whoami', async () => {
  const { io, daemon } = await world();
  await whoami({
    io,
    client: daemon.client(),
    endpoint: urlEndpoint(daemon.url),
    clock: Date.now,
    flags: { fields: 'id,role,expiresAt' },
  });
  assert.is(io.out(), '1\tadmin\t2016-09-28T19:10:15.000Z\n');
});

const tokenFlags = { name: 'ci', role: 'reporter', expires: '30d' };

test('tokens create: the secret alone on its first line, and as `token` in JSON', async () => {
  const terminal = await world({ terminal: true });
  const flags = { ...tokenFlags, actorTypes: 'users', targetTypes: 'files, builds', tenant: 't1' };
  await createToken({ io: terminal.io, client: terminal.daemon.client(), clock: () => 0, flags });
  assert.is(terminal.io.out().split('\n')[0], 'whodid_x');
  assert.equal(JSON.parse(terminal.daemon.asked[0]?.body ?? ''), {
    name: 'ci',
    role: 'reporter',
    expiresAt: 30 * 86_400_000,
    tenantId: 't1',
    actorTypes: ['users'],
    targetTypes: ['files', 'builds'],
  });
  const json = await world();
  await createToken({
    io: json.io,
    client: json.daemon.client(),
    clock: () => 0,
    flags: { ...tokenFlags, json: true },
  });
  assert.is(JSON.parse(json.io.out()).token, 'whodid_x');
});

test('tokens create: what is wrong is found before a token is made that nobody sees', async () => {
  for (const flags of [{ role: 'king' }, { expires: 'soon' }, { fields: 'colour' }, { actorTypes: 'a b' }]) {
    const { io, daemon } = await world();
    await messageOf(
      createToken({ io, client: daemon.client(), clock: () => 0, flags: { ...tokenFlags, ...flags } }),
    );
    assert.equal(daemon.asked, []);
  }
});

test('types define: a new type is created, a known one gets a new version', async () => {
  const schema = '{"type":"object","properties":{"a":{"type":"string"}}}';
  for (const [type, expected] of [
    ['fresh', 'POST /v1/types'],
    ['old', 'PUT /v1/types/old'],
  ] as const) {
    const { io, daemon } = await world({ terminal: true, stdin: schema });
    const flags = { schema: '-', record: ['viewed=none', 'created=metadata'], allowReported: true };
    await defineType({ io, client: daemon.client(), clock: Date.now, type, flags });
    const asked = daemon.asked.at(-1);
    assert.is(`${asked?.method} ${asked?.path}`, expected);
    assert.is(asked?.query.get('allowReported'), 'true');
    const { name, ...body } = JSON.parse(asked?.body ?? '');
    assert.is(name, type === 'fresh' ? 'fresh' : undefined);
    assert.equal(body, { schema: JSON.parse(schema), record: { viewed: 'none', created: 'metadata' } });
    assert.is(io.out(), 'Defined x, version 1, with a.\n');
  }
});

test('types define: a schema whose numbers would be rounded is refused', async () => {
  const { io, daemon } = await world({ stdin: '{"maximum":12345678901234567890}' });
  const defining = defineType({
    io,
    client: daemon.client(),
    clock: Date.now,
    type: 'x',
    flags: { schema: '-' },
  });
  assert.match(
    await messageOf(defining),
    /stdin: the number 12345678901234567890 has more digits than can be kept/,
  );
});

test.run();
