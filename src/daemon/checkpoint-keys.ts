// The keys that sign checkpoints of the log (Ed25519): keys/checkpoints/<thumbprint>.json. They sign nothing else. The
// newest signs; of those before it the private part is forgotten, and each file has the note by which its key followed
// the one before.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { calculateJwkThumbprint, type JWK } from 'jose';
import type { KeyInfo } from '../shared/api.js';
import { syncDirectory, writeFileAtomically } from '../shared/atomic-file.js';
import { originOf } from '../shared/log/checkpoint.js';
import { openRotation, signRotation } from '../shared/log/key-rotation.js';
import { type NoteSigner, type NoteVerifier, noteSigner, noteVerifier } from '../shared/log/signed-note.js';
import { Problem } from '../shared/problem.js';

const SUFFIX = '.json';

const keyFiles = (dir: string) =>
  existsSync(dir) ? readdirSync(dir).filter(name => name.endsWith(SUFFIX)) : [];

interface StoredKey {
  /** Milliseconds since the Unix epoch. */
  createdAt: number;
  /** The private key (RFC 8037); of a key that was replaced the public one. */
  jwk: JWK;
  /** The note by which it followed the key before it (shared/log/key-rotation.ts); the first has none. */
  rotation?: string;
}

interface CheckpointKey extends StoredKey {
  /** The thumbprint (RFC 7638). */
  kid: string;
  verifier: NoteVerifier;
}

/** What signs checkpoints, and how its key came to be. */
export interface CheckpointSigning {
  signer: NoteSigner;
  /** The notes by which each key followed another, the oldest first. */
  rotations: readonly string[];
}

export interface CheckpointKeys {
  /** The public key that signs. */
  active(): NoteVerifier;
  /** The first key of the log, from which the rotations lead to the one that signs. */
  first(): NoteVerifier;
  rotations(): readonly string[];
  /** For people, newest first. */
  list(): KeyInfo[];
  /** Makes a new key that both it and the one before have signed for, and forgets the private part of that one. */
  rotate(now: number): Promise<{ key: KeyInfo; publicKey: string }>;
}

/** Makes `dir` with a key, unless there is one. For `init`, and for a directory of a version without checkpoints. */
export async function createCheckpointKey(dir: string, now: number): Promise<void> {
  if (keyFiles(dir).length > 0) return;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await writeKey(dir, { createdAt: now, jwk: newKey() });
  await syncDirectory(dirname(dir));
}

/**
 * The keys of the log of `instance`.
 * @throws Problem `conflict` if there is none, or one cannot be read
 */
export function openCheckpointKeys(dir: string, instance: string): CheckpointKeys {
  let keys = readKeys(dir, instance);
  let last: Promise<unknown> = Promise.resolve();

  async function rotateNow(now: number): Promise<{ key: KeyInfo; publicKey: string }> {
    const old = keys.at(-1)!;
    const next = noteSigner(originOf(instance), privateKeyOf(newKey()));
    const rotation = signRotation(signerOf(old, instance), next);
    // A clock that went back must not make the new key look older than the one that it follows.
    const createdAt = Math.max(now, old.createdAt + 1);
    const jwk = next.privateKey.export({ format: 'jwk' }) as JWK;
    await writeKey(dir, { createdAt, jwk, rotation });
    keys = readKeys(dir, instance);
    await forgetPrivateParts(dir, keys);
    keys = readKeys(dir, instance);
    return { key: describe(keys.at(-1)!, true), publicKey: next.verifier.key };
  }

  return {
    active: () => keys.at(-1)!.verifier,
    first: () => keys[0]!.verifier,
    rotations: () => rotationsOf(keys),
    list: () => keys.map((key, index) => describe(key, index === keys.length - 1)).reverse(),
    rotate(now) {
      const turn = last.then(() => rotateNow(now));
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}

/**
 * What signs the log of `instance`.
 * @throws Problem `conflict` if there is no key or it cannot be read
 */
export function openCheckpointSigning(dir: string, instance: string): CheckpointSigning {
  const keys = readKeys(dir, instance);
  return { signer: signerOf(keys.at(-1)!, instance), rotations: rotationsOf(keys) };
}

/** Forgets the private parts of keys that were replaced: a rotation that was interrupted comes to its end. */
export async function finishRotation(dir: string, instance: string): Promise<void> {
  await forgetPrivateParts(dir, readKeys(dir, instance));
}

const newKey = () => generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as JWK;

async function writeKey(dir: string, stored: StoredKey): Promise<void> {
  const file = join(dir, `${await calculateJwkThumbprint(stored.jwk)}${SUFFIX}`);
  await writeFileAtomically(file, `${JSON.stringify(stored, null, 2)}\n`);
}

async function forgetPrivateParts(dir: string, keys: readonly CheckpointKey[]): Promise<void> {
  for (const { createdAt, jwk, rotation } of keys.slice(0, -1)) {
    const { d, ...publicJwk } = jwk;
    if (d === undefined) continue;
    await writeKey(dir, { createdAt, jwk: publicJwk, ...(rotation === undefined ? {} : { rotation }) });
  }
}

/** The keys in the order in which they followed each other. */
function readKeys(dir: string, instance: string): [CheckpointKey, ...CheckpointKey[]] {
  const keys = keyFiles(dir)
    .map(name => readKey(dir, name, instance))
    .sort((a, b) => a.createdAt - b.createdAt);
  const [first, ...others] = keys;
  if (first === undefined) {
    throw new Problem('conflict', `The key in ${dir} is missing. Restore it from a backup.`);
  }
  for (const [index, { rotation, verifier, kid }] of others.entries()) {
    const before = keys[index]!.verifier.key;
    if (rotation === undefined || !isStep(rotation, before, verifier.key)) {
      throw new Problem(
        'conflict',
        `${join(dir, `${kid}${SUFFIX}`)} does not follow the key before it. Restore the directory from a backup.`,
      );
    }
  }
  return [first, ...others];
}

function isStep(note: string, from: string, to: string): boolean {
  try {
    const rotation = openRotation(note);
    return rotation.from.key === from && rotation.to.key === to;
  } catch {
    return false;
  }
}

function readKey(dir: string, name: string, instance: string): CheckpointKey {
  const file = join(dir, name);
  try {
    const { createdAt, jwk, rotation } = JSON.parse(readFileSync(file, 'utf8')) as StoredKey;
    const { x } = createPublicKey({ key: { ...jwk }, format: 'jwk' }).export({ format: 'jwk' });
    if (!Number.isSafeInteger(createdAt)) throw new TypeError('not a stored key');
    return {
      kid: name.slice(0, -SUFFIX.length),
      createdAt,
      jwk,
      verifier: noteVerifier(originOf(instance), Buffer.from(x!, 'base64url')),
      ...(rotation === undefined ? {} : { rotation }),
    };
  } catch {
    // Without the cause: a parser's message can quote what it read, and that is a private key.
    throw new Problem('conflict', `${file} is not a usable key. Restore it from a backup.`);
  }
}

function signerOf({ kid, jwk }: CheckpointKey, instance: string): NoteSigner {
  if (jwk.d === undefined)
    throw new Problem('conflict', `The private part of the key ${kid} is missing. Restore it from a backup.`);
  return noteSigner(originOf(instance), privateKeyOf(jwk));
}

const privateKeyOf = (jwk: JWK): KeyObject => createPrivateKey({ key: { ...jwk }, format: 'jwk' });

const rotationsOf = (keys: readonly CheckpointKey[]) =>
  keys.flatMap(({ rotation }) => (rotation === undefined ? [] : [rotation]));

const describe = ({ kid, createdAt }: CheckpointKey, active: boolean): KeyInfo => ({
  kid,
  use: 'checkpoints',
  algorithm: 'Ed25519',
  createdAt,
  active,
});
