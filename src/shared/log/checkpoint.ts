// Checkpoints (C2SP tlog-checkpoint): what the log was at one moment, as the text of a signed note.
import { HASH_BYTES } from './merkle-hash.js';
import type { TreeHead } from './merkle-proof.js';
import {
  base64Bytes,
  NoteFault,
  type NoteSigner,
  type NoteVerifiers,
  noteText,
  openNote,
  signNote,
} from './signed-note.js';

/** A log at one moment. */
export interface Checkpoint extends TreeHead {
  /** Which log it is. */
  origin: string;
}

/** The origin of an instance's log, which is also the name of the keys that sign its checkpoints. */
export function originOf(instance: string): string {
  return `whodid/${instance}`;
}

/** The instance whose log has this origin. */
export function instanceOf(origin: string): string {
  return origin.replace(/^whodid\//, '');
}

/** A checkpoint of the log that `signer` is named after. */
export function signCheckpoint({ size, root }: TreeHead, signer: NoteSigner): string {
  const rootText = Buffer.from(root).toString('base64');
  return signNote(`${signer.verifier.name}\n${size}\n${rootText}\n`, signer);
}

/**
 * Reads a checkpoint of the log that the keys are named after. Extension lines are passed over.
 * @throws NoteFault if the note is not such a checkpoint, or not signed by one of those keys
 */
export function openCheckpoint(note: string, ...verifiers: NoteVerifiers): Checkpoint {
  const checkpoint = checkpointOf(openNote(note, ...verifiers));
  if (checkpoint.origin !== verifiers[0].name)
    throw new NoteFault(`It is a checkpoint of another log, ${checkpoint.origin}.`);
  return checkpoint;
}

/**
 * What a checkpoint says, whoever signed it: for what is not to be trusted, but compared.
 * @throws NoteFault if the note is no checkpoint
 */
export const readCheckpoint = (note: string): Checkpoint => checkpointOf(noteText(note));

function checkpointOf(text: string): Checkpoint {
  const [origin = '', sizeText = '', rootText = '', ...extensions] = text.slice(0, -1).split('\n');
  const size = /^(0|[1-9]\d{0,15})$/.test(sizeText) ? Number(sizeText) : Number.NaN;
  const root = base64Bytes(rootText);
  if (!Number.isSafeInteger(size) || root?.length !== HASH_BYTES || extensions.includes('')) {
    throw new NoteFault('It is a signed note, but no checkpoint.');
  }
  return { origin, size, root };
}
