import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createKeys, type KeyRing, openKeyRing, TOKEN_ALGORITHM } from '#src/daemon/keys.js';
import { Problem } from '#src/shared/problem.js';
import { temporaryDirectory } from './temporary-directory.js';

const MINUTE = 60_000;

/** A log that takes every rotation. */
const recorded = async () => undefined;

async function freshRing() {
  const dir = join(temporaryDirectory(), 'keys');
  const time = { now: 1_700_000_000_000 };
  await createKeys(dir, time.now);
  const open = (isRecorded: (kid: string) => boolean = () => false) =>
    openKeyRing({ dir, clock: () => time.now, isRecorded });
  return { dir, time, open, ring: await open(), files: () => readdirSync(join(dir, 'tokens')).sort() };
}

async function signed(ring: KeyRing) {
  const { kid, key } = ring.active();
  return new SignJWT({ sub: '1' }).setProtectedHeader({ alg: TOKEN_ALGORITHM, kid }).sign(key);
}

async function verifies(ring: KeyRing, token: string) {
  const key = ring.verificationKey(decodeProtectedHeader(token).kid!);
  return key !== undefined && (await jwtVerify(token, key)).payload.sub === '1';
}

test('a token of the active key verifies with the ring and with the published set', async () => {
  const { ring } = await freshRing();
  const token = await signed(ring);
  assert.ok(await verifies(ring, token));
  await jwtVerify(token, createLocalJWKSet(ring.jwks()));
});

test('the published set holds no private part', async () => {
  const { ring } = await freshRing();
  assert.equal(Object.keys(ring.jwks().keys[0]!).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x']);
});

test('keys and secret are files of the owner alone', async () => {
  const { dir, files } = await freshRing();
  for (const path of [dir, join(dir, 'tokens')]) assert.is(statSync(path).mode & 0o777, 0o700);
  for (const path of [join(dir, 'instance.secret'), join(dir, 'tokens', files()[0]!)]) {
    assert.is(statSync(path).mode & 0o777, 0o600);
  }
});

test('after a rotation the new key signs and tokens of the old one are good until they have expired', async () => {
  const { ring, time } = await freshRing();
  const old = await signed(ring);
  time.now += 1;
  const rotated = await ring.rotate(recorded);
  assert.is(ring.active().kid, rotated.kid);
  assert.equal(
    ring.list().map(key => key.active),
    [true, false],
  );
  time.now += 10 * MINUTE;
  assert.ok(await verifies(ring, old));
  time.now += 2 * MINUTE;
  assert.not(await verifies(ring, old));
  assert.is(ring.list().length, 1);
  assert.is(ring.jwks().keys.length, 1);
  assert.ok(await verifies(ring, await signed(ring)));
});

test('expired keys are removed from the disk when asked to, others stay', async () => {
  const { ring, time, files } = await freshRing();
  const { kid } = await ring.rotate(recorded);
  await ring.removeExpired();
  assert.is(files().length, 2);
  time.now += 12 * MINUTE;
  await ring.removeExpired();
  assert.equal(files(), [`${kid}.json`]);
});

test('an expired key is removed from the disk by the next rotation and by the next start', async () => {
  const { ring, time, files, open } = await freshRing();
  await ring.rotate(recorded);
  assert.is(files().length, 2);
  time.now += 12 * MINUTE;
  const latest = await ring.rotate(recorded);
  assert.is(files().length, 2);
  time.now += 12 * MINUTE;
  await open();
  assert.equal(files(), [`${latest.kid}.json`]);
});

test('a rotation is found again by the next start, secret unchanged', async () => {
  const { ring, open } = await freshRing();
  const rotated = await ring.rotate(recorded);
  const again = await open();
  assert.is(again.active().kid, rotated.kid);
  assert.equal(again.list(), ring.list());
  assert.equal(again.instanceSecret, ring.instanceSecret);
  assert.is(again.instanceSecret.length, 32);
});

test('after the clock went back the newest key still signs', async () => {
  const { ring, time, open } = await freshRing();
  time.now -= 60 * MINUTE;
  const rotated = await ring.rotate(recorded);
  assert.is((await open()).active().kid, rotated.kid);
});

test('rotations at once give a key each', async () => {
  const { ring, files } = await freshRing();
  const rotated = await Promise.all([ring.rotate(recorded), ring.rotate(recorded), ring.rotate(recorded)]);
  assert.is(new Set(rotated.map(key => key.kid)).size, 3);
  assert.is(files().length, 4);
  assert.is(ring.active().kid, rotated[2]!.kid);
});

test('a rotation that cannot be recorded has not happened', async () => {
  const { ring, files, open } = await freshRing();
  const before = ring.active().kid;
  const refused = await ring
    .rotate(() => Promise.reject(new Error('no room')))
    .catch(({ message }) => message);
  assert.is(refused, 'no room');
  assert.is(ring.active().kid, before);
  assert.equal(files(), [`${before}.json`]);
  assert.is((await open()).active().kid, before);
});

for (const isRecorded of [true, false]) {
  test(`a rotation cut short ${isRecorded ? 'after' : 'before'} it was recorded is ${isRecorded ? 'finished' : 'undone'} by the next start`, async () => {
    const { ring, files, open } = await freshRing();
    const before = ring.active().kid;
    let made = '';
    let reach: () => void = () => undefined;
    const reached = new Promise<void>(resolve => {
      reach = resolve;
    });
    // It never comes back from here, as when the process dies.
    void ring.rotate(kid => {
      made = kid;
      reach();
      return new Promise(() => undefined);
    });
    await reached;
    assert.equal((await open(kid => isRecorded && kid === made)).active().kid, isRecorded ? made : before);
    assert.equal(
      files(),
      (isRecorded ? [before, made].sort() : [before]).map(kid => `${kid}.json`),
    );
  });
}

test('a damaged key is named, and its content is not shown', async () => {
  const { dir, files, open } = await freshRing();
  const file = join(dir, 'tokens', files()[0]!);
  const secret = JSON.parse(readFileSync(file, 'utf8')).jwk.d;
  writeFileSync(file, secret);
  const error = await open().then(
    () => assert.unreachable(),
    (reason: unknown) => reason,
  );
  assert.instance(error, Problem);
  assert.match((error as Problem).message, file);
  assert.not.match((error as Problem).message, secret);
});

test('missing keys are a problem that says so', async () => {
  const dir = temporaryDirectory();
  const error = await openKeyRing({ dir, clock: Date.now, isRecorded: () => false }).then(
    () => assert.unreachable(),
    (reason: unknown) => reason,
  );
  assert.match((error as Problem).message, /missing.*backup/);
});

test.run();
