// A key that signs checkpoints, for a test's own log.
import { generateKeyPairSync } from 'node:crypto';
import { type NoteSigner, noteSigner } from '#src/shared/log/signed-note.js';

export function testSigner(name = 'whodid/test'): NoteSigner {
  return noteSigner(name, generateKeyPairSync('ed25519').privateKey);
}
