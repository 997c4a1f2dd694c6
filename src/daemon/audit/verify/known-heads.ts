// What is known of a log from checkpoints: opened with the keys of the log, each with whose word it is.
import { openCheckpoint } from '../../../shared/log/checkpoint.js';
import { NoteFault, type NoteVerifiers } from '../../../shared/log/signed-note.js';
import type { Finding } from '../../../shared/verification.js';
import type { KnownHead } from './tree-check.js';

/** A checkpoint, and how a sentence calls it. */
export interface NamedNote {
  name: string;
  note: string;
  /** It was kept outside of the log. */
  isKept: boolean;
}

export interface OpenedNotes {
  heads: KnownHead[];
  /** Notes that count for nothing. */
  findings: Finding[];
}

export function openNotes(notes: readonly NamedNote[], verifiers: NoteVerifiers): OpenedNotes {
  const opened: OpenedNotes = { heads: [], findings: [] };
  for (const { name, note, isKept } of notes) {
    try {
      opened.heads.push({ ...openCheckpoint(note, ...verifiers), name, isKept });
    } catch (error) {
      if (!(error instanceof NoteFault)) throw error;
      opened.findings.push({
        part: 'checkpoint',
        seq: null,
        sentence: `${name} counts for nothing: ${error.message}`,
      });
    }
  }
  return opened;
}
