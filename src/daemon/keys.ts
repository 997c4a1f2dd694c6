// The keys of access tokens (EdDSA, Ed25519): the newest signs, older ones verify until their last tokens have
// expired. On disk keys/tokens/<kid>.json, or <kid>.pending until its rotation is recorded; keys/instance.secret is
// for the instance's HMACs. Keys that sign anything else have a directory of their own beside tokens/: a key has one use.
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
} from 'jose';
import type { KeyInfo } from '../shared/api.js';
import { syncDirectory, writeFileAtomically } from '../shared/atomic-file.js';
import { Problem } from '../shared/problem.js';
import { type AtStep, passBy } from './steps.js';

export const TOKEN_ALGORITHM = 'EdDSA';

/** The longest life of an access token and the clocks' tolerance, in milliseconds: how long an old key lasts. */
const LAST_TOKEN_MS = 600_000 + 60_000;

const SECRET_BYTES = 32;

interface StoredKey {
  /** Milliseconds since the Unix epoch. */
  createdAt: number;
  /** The private key (RFC 8037), its `kid` the RFC 7638 thumbprint. */
  jwk: JWK & { kid: string };
}

interface TokenKey {
  kid: string;
  createdAt: number;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
  publicJwk: JWK;
}

export interface SigningKey {
  kid: string;
  key: CryptoKey;
}

export interface KeyRing {
  /** The key that signs new tokens. */
  active(): SigningKey;
  /** The public key with this `kid` if tokens that it signed can still be good, else `undefined`. */
  verificationKey(kid: string): CryptoKey | undefined;
  /** The public keys that `verificationKey` knows, as a JWK set (RFC 7517). */
  jwks(): JSONWebKeySet;
  /** The same keys for people, newest first. */
  list(): KeyInfo[];
  /**
   * Makes a new key that signs from now on, and removes those that no good token needs.
   * @param record makes it known to the log; if that fails, so does the rotation, and the key is gone
   */
  rotate(record: (kid: string) => Promise<unknown>): Promise<KeyInfo>;
  /** Removes keys that no good token needs from the disk. Happens at every start and rotation as well. */
  removeExpired(): Promise<void>;
  /** 32 random bytes that are this instance's alone, for HMACs. */
  readonly instanceSecret: Uint8Array;
}

export interface KeyRingOptions {
  /** The directory of all keys. */
  dir: string;
  /** Milliseconds since the Unix epoch. */
  clock: () => number;
  /** Whether the rotation to this key was recorded: asked of one that a crash left half-way. */
  isRecorded(kid: string): boolean;
  atStep?: AtStep | undefined;
}

/** Makes `dir` with a first key and the instance's secret. `whodid init` alone does this. */
export async function createKeys(dir: string, now: number): Promise<void> {
  await mkdir(join(dir, 'tokens'), { recursive: true, mode: 0o700 });
  await writeFileAtomically(secretFile(dir), randomBytes(SECRET_BYTES));
  const first = await newTokenKey(now);
  await writeKey(keyFile(join(dir, 'tokens'), first.jwk.kid), first);
  await syncDirectory(dir);
}

/**
 * Reads the keys in `dir`.
 * @throws Problem `conflict` when there are none or when one cannot be read.
 */
export async function openKeyRing({
  dir,
  clock,
  isRecorded,
  atStep = passBy,
}: KeyRingOptions): Promise<KeyRing> {
  const tokensDir = join(dir, 'tokens');
  const instanceSecret = await readSecret(dir);
  await finishRotation(tokensDir, isRecorded);
  let keys = await readTokenKeys(tokensDir);
  if (keys.length === 0) throw missing(tokensDir);
  let last: Promise<unknown> = Promise.resolve();

  /** One after the other: each looks at the keys that the one before left. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  }

  /** Newest first: the one that signs, and those whose successor is so young that their tokens may be good. */
  const living = (): TokenKey[] =>
    keys.filter((_, i) => i === 0 || keys[i - 1]!.createdAt + LAST_TOKEN_MS > clock());

  async function rotateNow(record: (kid: string) => Promise<unknown>): Promise<KeyInfo> {
    // A clock that went back must not make the new key look older than the one that it replaces.
    const stored = await newTokenKey(Math.max(clock(), keys[0]!.createdAt + 1));
    const { kid } = stored.jwk;
    await writeKey(pendingFile(tokensDir, kid), stored);
    atStep('mid-key-rotation');
    try {
      await record(kid);
    } catch (error) {
      await rm(pendingFile(tokensDir, kid), { force: true });
      throw error;
    }
    atStep('mid-key-rotation');
    await putInPlace(tokensDir, kid);
    const created = await importTokenKey(stored);
    keys = [created, ...keys];
    await removeExpired();
    return describe(created, true);
  }

  async function removeExpired(): Promise<void> {
    const kept = living();
    const expired = keys.filter(key => !kept.includes(key));
    keys = kept;
    for (const { kid } of expired) await rm(keyFile(tokensDir, kid), { force: true });
    if (expired.length > 0) await syncDirectory(tokensDir);
  }

  await removeExpired();
  return {
    instanceSecret,
    active: () => ({ kid: keys[0]!.kid, key: keys[0]!.privateKey }),
    verificationKey: kid => living().find(key => key.kid === kid)?.publicKey,
    jwks: () => ({ keys: living().map(key => key.publicJwk) }),
    list: () => living().map((key, i) => describe(key, i === 0)),
    rotate: record => inTurn(() => rotateNow(record)),
    removeExpired: () => inTurn(removeExpired),
  };
}

/**
 * Reads every key and the secret, and changes nothing: for `doctor`.
 * @returns how many keys there are
 * @throws Problem as `openKeyRing` does.
 */
export async function checkKeys(dir: string): Promise<number> {
  await readSecret(dir);
  const keys = await readTokenKeys(join(dir, 'tokens'));
  if (keys.length === 0) throw missing(join(dir, 'tokens'));
  return keys.length;
}

function describe({ kid, createdAt }: TokenKey, active: boolean): KeyInfo {
  return { kid, use: 'tokens', algorithm: TOKEN_ALGORITHM, createdAt, active };
}

async function newTokenKey(createdAt: number): Promise<StoredKey> {
  const { privateKey } = await generateKeyPair(TOKEN_ALGORITHM, { crv: 'Ed25519', extractable: true });
  const bare = await exportJWK(privateKey);
  const jwk = { ...bare, kid: await calculateJwkThumbprint(bare), alg: TOKEN_ALGORITHM, use: 'sig' };
  return { createdAt, jwk };
}

const writeKey = (file: string, stored: StoredKey) =>
  writeFileAtomically(file, `${JSON.stringify(stored, null, 2)}\n`);

async function putInPlace(tokensDir: string, kid: string): Promise<void> {
  await rename(pendingFile(tokensDir, kid), keyFile(tokensDir, kid));
  await syncDirectory(tokensDir);
}

/** A rotation that a crash interrupted is brought to its end if it was recorded; else nothing has happened. */
async function finishRotation(tokensDir: string, isRecorded: (kid: string) => boolean): Promise<void> {
  const names = await readdir(tokensDir).catch(() => []);
  for (const name of names.filter(name => name.endsWith(PENDING))) {
    const kid = name.slice(0, -PENDING.length);
    if (isRecorded(kid)) await putInPlace(tokensDir, kid);
    else await rm(join(tokensDir, name), { force: true });
  }
}

async function readTokenKeys(tokensDir: string): Promise<TokenKey[]> {
  const names = await readdir(tokensDir).catch(() => {
    throw missing(tokensDir);
  });
  const files = names.filter(name => name.endsWith('.json')).map(name => join(tokensDir, name));
  const keys = await Promise.all(files.map(readTokenKey));
  return keys.sort((a, b) => b.createdAt - a.createdAt || (a.kid < b.kid ? -1 : 1));
}

async function readTokenKey(file: string): Promise<TokenKey> {
  try {
    return await importTokenKey(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // Without the cause: a parser's message can quote what it read, and that is a private key.
    throw new Problem('conflict', `${file} is not a usable key. Restore it from a backup, or remove it.`);
  }
}

async function importTokenKey({ createdAt, jwk }: StoredKey): Promise<TokenKey> {
  const { d: _secret, ...publicJwk } = jwk;
  const kid = await calculateJwkThumbprint(publicJwk);
  if (kid !== jwk.kid || !Number.isSafeInteger(createdAt)) throw new TypeError('not a stored key');
  const [privateKey, publicKey] = await Promise.all([
    importJWK(jwk, TOKEN_ALGORITHM),
    importJWK(publicJwk, TOKEN_ALGORITHM),
  ]);
  if (privateKey instanceof Uint8Array || publicKey instanceof Uint8Array)
    throw new TypeError('not an EdDSA key');
  return { kid, createdAt, privateKey, publicKey, publicJwk };
}

async function readSecret(dir: string): Promise<Uint8Array> {
  const secret = await readFile(secretFile(dir)).catch(() => {
    throw missing(secretFile(dir));
  });
  if (secret.length !== SECRET_BYTES) {
    throw new Problem('conflict', `${secretFile(dir)} is damaged. Restore it from a backup.`);
  }
  return new Uint8Array(secret);
}

function missing(path: string): Problem {
  return new Problem('conflict', `The keys in ${path} are missing. Restore them from a backup.`);
}

const secretFile = (dir: string) => join(dir, 'instance.secret');
const PENDING = '.pending';
const keyFile = (tokensDir: string, kid: string) => join(tokensDir, `${kid}.json`);
const pendingFile = (tokensDir: string, kid: string) => join(tokensDir, `${kid}${PENDING}`);
