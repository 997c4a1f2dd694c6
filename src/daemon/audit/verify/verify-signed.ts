// Verifies a log with the key of its checkpoints, or one that the rotations in it lead from: its own checkpoint and those
// that others kept are opened with them, and what is in the log is compared with all of them.
import { keysFrom } from '../../../shared/log/key-rotation.js';
import type { NoteVerifier } from '../../../shared/log/signed-note.js';
import type { LogVerdict, VerifiedLog, VerifyProgress } from '../../../shared/verification.js';
import type { Sqlite } from '../../sqlite.js';
import { keptRotations } from '../signing.js';
import { type NamedNote, openNotes } from './known-heads.js';
import { verifyLog } from './verify-log.js';
import { withFindings } from './with-findings.js';

export interface SignedLog {
  db: Sqlite;
  /** The key that is trusted. */
  verifier: NoteVerifier;
  /** Rotations of it that are known from elsewhere. */
  rotations?: readonly string[];
  /** The checkpoint that is in the file. */
  note: string | undefined;
  /** Checkpoints that were kept elsewhere. */
  kept: readonly NamedNote[];
  /** What is taken as verified before. */
  since?: VerifiedLog | undefined;
}

export function* verifySigned({
  db,
  verifier,
  rotations = [],
  note,
  kept,
  since,
}: SignedLog): Generator<VerifyProgress, LogVerdict> {
  const keys = keysFrom(verifier, [...rotations, ...keptRotations(db)]);
  const vouched = openNotes(kept, keys.known);
  const own = openNotes(
    note === undefined ? [] : [{ name: 'The checkpoint in the file', note, isKept: false }],
    keys.own,
  );
  for (const sentence of keys.faults) own.findings.push({ part: 'checkpoint', seq: null, sentence });
  if (note === undefined)
    own.findings.push({ part: 'checkpoint', seq: null, sentence: 'The file has no checkpoint.' });
  const verdict = yield* verifyLog({
    db,
    heads: [...own.heads, ...vouched.heads],
    ...(since === undefined ? {} : { since }),
    thorough: true,
  });
  return {
    ...withFindings(verdict, [...own.findings, ...vouched.findings]),
    signedSize: own.heads[0]?.size ?? 0,
    ...(own.heads.length > 0 && note !== undefined ? { checkpoint: note } : {}),
  };
}
