import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createSessionStore, instanceOf } from '#src/cli/session.js';
import type { StoredSession } from '#src/cli/session-file.js';
import { withSessionLock } from '#src/cli/session-lock.js';
import { type Endpoint, urlEndpoint } from '#src/shared/endpoint.js';
import { clientPaths } from '#src/shared/paths.js';
import { Problem } from '#src/shared/problem.js';

const root = mkdtempSync(join(tmpdir(), 'whodid-session-'));
test.after(() => rmSync(root, { recursive: true }));
let count = 0;
const freshPaths = () => {
  count += 1;
  return clientPaths({ XDG_CONFIG_HOME: join(root, String(count)) });
};

const now = 1_800_000_000_000;
/** An access token that lives for so long; its signature is nobody's. */
function accessToken(livesMs: number, name = 'a', instance = 'i-1'): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'EdDSA' })}.${part({ iss: `whodid:${instance}`, exp: (now + livesMs) / 1000, jti: name })}.x`;
}
const session = (livesMs: number, name = 'a'): StoredSession => ({
  accessToken: accessToken(livesMs, name),
  refreshToken: `refresh-${name}`,
});
const socket: Endpoint = { kind: 'socket', path: '/tmp/x.sock' };
const fail = () => {
  throw new Error('must not be damaged');
};
const refuseToRenew = () => Promise.reject(new Error('must not renew'));

function store(paths = freshPaths(), refresh: (token: string) => Promise<StoredSession> = refuseToRenew) {
  return createSessionStore({ paths, endpoint: socket, clock: () => now, refresh, onDamaged: fail });
}

test('without a log-in there is no token', async () => {
  const sessions = store();
  assert.is(await sessions.token(), undefined);
  assert.is(await sessions.exists(), false);
});

test('what a log-in gave is kept for its owner alone, and nothing else', async () => {
  const paths = freshPaths();
  const given = { ...session(600_000), expiresIn: 600 };
  await store(paths).save(given);
  assert.is(statSync(paths.sessions).mode & 0o777, 0o600);
  assert.is(statSync(paths.dir).mode & 0o777, 0o700);
  assert.equal(readdirSync(paths.dir), ['sessions.json']);
  assert.equal(JSON.parse(readFileSync(paths.sessions, 'utf8')), {
    endpoints: { 'unix:/tmp/x.sock': 'i-1' },
    sessions: { 'i-1': session(600_000) },
  });
  assert.is(await store(paths).token(), given.accessToken);
});

test('a session goes to the endpoint where it was opened, and to no other', async () => {
  const paths = freshPaths();
  await store(paths).save(session(600_000));
  const elsewhere = createSessionStore({
    paths,
    endpoint: urlEndpoint('http://example.com'),
    clock: () => now,
    refresh: refuseToRenew,
    onDamaged: fail,
  });
  assert.is(await elsewhere.token(), undefined);
});

test('a token is renewed half a minute before it expires, and when the daemon refused it', async () => {
  const paths = freshPaths();
  const asked: string[] = [];
  const sessions = store(paths, async refreshToken => {
    asked.push(refreshToken);
    return session(600_000, `b${asked.length}`);
  });
  await sessions.save(session(30_001, 'a'));
  assert.is(await sessions.token(), accessToken(30_001, 'a'));
  await sessions.save(session(30_000, 'a'));
  assert.is(await sessions.token(), accessToken(600_000, 'b1'));
  assert.is(await sessions.token(accessToken(600_000, 'b1')), accessToken(600_000, 'b2'));
  assert.equal(asked, ['refresh-a', 'refresh-b1']);
});

test('a token that another process has renewed meanwhile is taken, not renewed again', async () => {
  const paths = freshPaths();
  const sessions = store(paths);
  await sessions.save(session(600_000, 'new'));
  assert.is(await sessions.token(accessToken(600_000, 'old')), accessToken(600_000, 'new'));
});

test('ten at once renew once', async () => {
  const paths = freshPaths();
  let renewals = 0;
  const refresh = async () => {
    renewals += 1;
    await new Promise(resolve => setTimeout(resolve, 20));
    return session(600_000, 'b');
  };
  await store(paths).save(session(0));
  const tokens = await Promise.all(Array.from({ length: 10 }, () => store(paths, refresh).token()));
  assert.is(renewals, 1);
  assert.equal(new Set(tokens), new Set([accessToken(600_000, 'b')]));
});

test('a session that the daemon has ended is told of once and forgotten', async () => {
  const paths = freshPaths();
  const sessions = store(paths, async () => {
    throw new Problem('unauthenticated', 'It has ended.');
  });
  await sessions.save(session(0));
  try {
    await sessions.token();
    assert.unreachable();
  } catch (error) {
    assert.is((error as Problem).message, 'It has ended.');
  }
  assert.is(await sessions.token(), undefined);
  assert.is(await sessions.exists(), false);
});

test('a daemon that does not answer costs nobody the session', async () => {
  const paths = freshPaths();
  const sessions = store(paths, async () => {
    throw new Problem('unavailable', 'Nobody there.');
  });
  await sessions.save(session(0));
  try {
    await sessions.token();
    assert.unreachable();
  } catch (error) {
    assert.is((error as Problem).code, 'unavailable');
  }
  assert.is(await sessions.exists(), true);
});

test('logging out forgets the session at once', async () => {
  const paths = freshPaths();
  await store(paths).save(session(600_000));
  await store(paths).forget();
  assert.not.match(readFileSync(paths.sessions, 'utf8'), /refresh-a/);
});

test('a damaged file is set aside with a word, and keeps nobody from logging in', async () => {
  const paths = freshPaths();
  await store(paths).save(session(600_000));
  writeFileSync(paths.sessions, '{"endpoints"');
  const aside: string[] = [];
  const damaged = createSessionStore({
    paths,
    endpoint: socket,
    clock: () => now,
    refresh: refuseToRenew,
    onDamaged: file => aside.push(file),
  });
  assert.is(await damaged.token(), undefined);
  assert.equal(aside, [`${paths.sessions}.damaged`]);
  assert.is(readFileSync(aside[0]!, 'utf8'), '{"endpoints"');
  await store(paths).save(session(600_000, 'b'));
  assert.is(await store(paths).token(), session(600_000, 'b').accessToken);
});

test('the lock of a process that died is taken over at once', async () => {
  const paths = freshPaths();
  await store(paths).save(session(600_000));
  const dead = spawn(process.execPath, ['-e', '']);
  await new Promise(resolve => dead.on('exit', resolve));
  writeFileSync(join(paths.dir, 'sessions.lock'), `${dead.pid} x\n`);
  const started = Date.now();
  assert.is(await withSessionLock(paths, async () => 'done'), 'done');
  assert.ok(Date.now() - started < 2000);
});

test('a lock that is older than ten seconds was left behind, whoever is said to hold it', async () => {
  const paths = freshPaths();
  await store(paths).save(session(600_000));
  const lock = join(paths.dir, 'sessions.lock');
  writeFileSync(lock, `${process.pid} x\n`);
  const eleven = Date.now() / 1000 - 11;
  utimesSync(lock, eleven, eleven);
  assert.is(await withSessionLock(paths, async () => 'done'), 'done');
  assert.equal(readdirSync(paths.dir), ['sessions.json']);
});

test('work under the lock happens one at a time, and an error lets go of it', async () => {
  const paths = freshPaths();
  let inside = 0;
  let most = 0;
  const work = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await new Promise(resolve => setImmediate(resolve));
    inside -= 1;
    throw new Error('as planned');
  };
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => withSessionLock(paths, work)));
  assert.ok(results.every(({ status }) => status === 'rejected'));
  assert.is(most, 1);
});

test('the instance is read from the issuer', () => {
  assert.is(instanceOf(accessToken(1, 'a', 'abc')), 'abc');
  assert.throws(() => instanceOf('nonsense'), /not whodid/);
});

test.run();
