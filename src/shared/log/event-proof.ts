// A proof that an event is in the log: everything that is needed to check it anywhere, with the public key alone.
import type { EventProof } from '../api.js';
import { type Checkpoint, openCheckpoint } from './checkpoint.js';
import { eventLeaf, SALT_KEY_BYTES } from './event-leaf.js';
import { keysFrom } from './key-rotation.js';
import { provesInclusion } from './merkle-proof.js';
import { base64Bytes, type NoteVerifier } from './signed-note.js';

/** What a proof shows, or why it shows nothing. */
export type ProofVerdict = { ok: true; checkpoint: Checkpoint } | { ok: false; reason: string };

/**
 * Checks a proof whose shape is right; the whole event counts, so it must have no other members.
 * @throws NoteFault if its checkpoint is not one that `verifier` signed, or a key that followed it
 */
export function checkEventProof(
  { event, saltKey, hashes, checkpoint, rotations }: EventProof,
  verifier: NoteVerifier,
): ProofVerdict {
  const tree = openCheckpoint(checkpoint, ...keysFrom(verifier, rotations).own);
  const { seq, recordedAt } = event;
  const key = Buffer.from(saltKey, 'hex');
  const path = hashesOf(hashes);
  if (key.length !== SALT_KEY_BYTES || path === undefined) return { ok: false, reason: 'It is damaged.' };
  const leaf = eventLeaf(event, { seq, recordedAt, saltKey: key });
  return provesInclusion(leaf, seq - 1, tree, path)
    ? { ok: true, checkpoint: tree }
    : {
        ok: false,
        reason: `The log of checkpoint ${tree.size} does not have this event, as it is here, as event ${seq}.`,
      };
}

/** Hashes from base64; `undefined` if one is none. */
function hashesOf(texts: readonly string[]): Buffer[] | undefined {
  const hashes = texts.map(base64Bytes);
  return hashes.every(hash => hash !== undefined) ? hashes : undefined;
}
