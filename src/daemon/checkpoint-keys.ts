// The key that signs checkpoints of the log (Ed25519): keys/checkpoints/<thumbprint>.json. It signs nothing else.
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { syncDirectory, writeFileAtomically } from '../shared/atomic-file.js';
import { originOf } from '../shared/log/checkpoint.js';
import { type NoteSigner, noteSigner } from '../shared/log/signed-note.js';
import { Problem } from '../shared/problem.js';

const keyFiles = (dir: string) =>
  existsSync(dir) ? readdirSync(dir).filter(name => name.endsWith('.json')) : [];

interface StoredKey {
  /** Milliseconds since the Unix epoch. */
  createdAt: number;
  /** The private key (RFC 8037). */
  jwk: JWK;
}

/** Makes `dir` with a key, unless there is one. For `init`, and for a directory of a version without checkpoints. */
export async function createCheckpointKey(dir: string, now: number): Promise<void> {
  if (keyFiles(dir).length > 0) return;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as JWK;
  const stored: StoredKey = { createdAt: now, jwk };
  const file = join(dir, `${await calculateJwkThumbprint(jwk)}.json`);
  await writeFileAtomically(file, `${JSON.stringify(stored, null, 2)}\n`);
  await syncDirectory(dirname(dir));
}

/**
 * The signer of the log of `instance`.
 * @throws Problem `conflict` if there is no key or it cannot be read
 */
export function openCheckpointSigner(dir: string, instance: string): NoteSigner {
  const [file] = keyFiles(dir);
  if (file === undefined) {
    throw new Problem('conflict', `The key in ${dir} is missing. Restore it from a backup.`);
  }
  try {
    const { jwk } = JSON.parse(readFileSync(join(dir, file), 'utf8')) as StoredKey;
    const privateKey = createPrivateKey({ key: { ...jwk }, format: 'jwk' });
    return noteSigner(originOf(instance), privateKey);
  } catch {
    // Without the cause: a parser's message can quote what it read, and that is a private key.
    throw new Problem('conflict', `${join(dir, file)} is not a usable key. Restore it from a backup.`);
  }
}
