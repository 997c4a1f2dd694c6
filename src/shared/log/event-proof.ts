// A proof that an event is in the log: everything that is needed to check it anywhere, with the public key alone.
import type { EventProof } from '../api.js';
import { type Checkpoint, openCheckpoint } from './checkpoint.js';
import { eventLeaf, type LeafPlace } from './event-leaf.js';
import { keysFrom } from './key-rotation.js';
import { LeafFault } from './leaf-parts.js';
import { isSaltKey, isSlot, type LeafSalts } from './leaf-salts.js';
import { provesInclusion } from './merkle-proof.js';
import { base64Bytes, type NoteVerifier } from './signed-note.js';

/** What a proof shows, or why it shows nothing. */
export type ProofVerdict = { ok: true; checkpoint: Checkpoint } | { ok: false; reason: string };

/**
 * Checks a proof whose shape is right; the whole event counts, so it must have no other members.
 * @throws NoteFault if its checkpoint is not one that `verifier` signed, or a key that followed it
 */
export function checkEventProof(proof: EventProof, verifier: NoteVerifier): ProofVerdict {
  const { event, hashes, checkpoint, rotations } = proof;
  const tree = openCheckpoint(checkpoint, ...keysFrom(verifier, rotations).own);
  const { seq, recordedAt } = event;
  const salts = saltsIn(proof);
  const path = hashesOf(hashes);
  if (salts === undefined || path === undefined) return { ok: false, reason: 'It is damaged.' };
  const leaf = leafIn(event, { seq, recordedAt, salts });
  if (typeof leaf === 'string') return { ok: false, reason: `Event ${seq} cannot be so: ${leaf}.` };
  return provesInclusion(leaf, seq - 1, tree, path)
    ? { ok: true, checkpoint: tree }
    : {
        ok: false,
        reason: `The log of checkpoint ${tree.size} does not have this event, as it is here, as event ${seq}.`,
      };
}

/** The leaf, or what is wrong with the event. */
function leafIn(event: EventProof['event'], place: LeafPlace): Buffer | string {
  try {
    return eventLeaf(event, place);
  } catch (error) {
    if (!(error instanceof LeafFault)) throw error;
    return error.message;
  }
}

/** The key, or the list that stands in its place: one of the two. */
function saltsIn({ saltKey, salts }: EventProof): LeafSalts | undefined {
  if ((saltKey === undefined) === (salts === undefined)) return undefined;
  if (salts !== undefined) return salts.every(isSlot) ? salts : undefined;
  return isSaltKey(saltKey!) ? saltKey : undefined;
}

/** Hashes from base64; `undefined` if one is none. */
function hashesOf(texts: readonly string[]): Buffer[] | undefined {
  const hashes = texts.map(base64Bytes);
  return hashes.every(hash => hash !== undefined) ? hashes : undefined;
}
