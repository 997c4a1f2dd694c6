// Whose signature the checkpoint in audit.db has, and how the key that signs came to be, which is kept beside it: so a copy
// of the file can be verified by whoever trusts an earlier key.
import { openCheckpoint } from '../../shared/log/checkpoint.js';
import { keysFrom, openRotation } from '../../shared/log/key-rotation.js';
import { NoteFault, signerOf } from '../../shared/log/signed-note.js';
import type { Sqlite } from '../sqlite.js';
import type { LogSigning } from './log-store.js';

/**
 * The key that signed `note`, the checkpoint of the log: the one that signs now, or one before it.
 * @throws Error if it is neither: a key that was lost, or the file of another instance, is noticed before anything is written
 */
export function signedBy(note: string | undefined, { signer, rotations }: LogSigning): string | undefined {
  if (note === undefined) return undefined;
  const { known } = keysFrom(signer.verifier, rotations);
  try {
    openCheckpoint(note, ...known);
    return signerOf(note, known).key;
  } catch (error) {
    if (!(error instanceof NoteFault)) throw error;
    throw new Error(
      `The checkpoint in audit.db does not belong to the key in keys/checkpoints: ${error.message} ` +
        'Restore both from one backup.',
    );
  }
}

/** Keeps the notes by which the keys followed each other. */
export function adoptRotations(db: Sqlite, { rotations = [] }: LogSigning): void {
  const kept = keptRotations(db);
  if (rotations.length === kept.length && rotations.every((note, place) => note === kept[place])) return;
  const insert = db.prepare<[string]>('INSERT INTO key_rotations (note) VALUES (?)');
  db.transaction(() => {
    db.exec('DELETE FROM key_rotations');
    for (const note of rotations) {
      openRotation(note);
      insert.run(note);
    }
  }).immediate();
}

/** The notes by which the keys of the log followed each other, the oldest first. */
export function keptRotations(db: Sqlite): string[] {
  return db.prepare<[], string>('SELECT note FROM key_rotations ORDER BY place').pluck().all();
}
