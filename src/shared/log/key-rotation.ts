// When the key of a log's checkpoints is replaced, both keys sign a note that says so (C2SP signed-note): whoever trusts
// the old one follows it to the new one, and nobody who lacks the old one can send them elsewhere.
import {
  NoteFault,
  type NoteSigner,
  type NoteVerifier,
  type NoteVerifiers,
  openNote,
  parseVerifierKey,
  signNote,
} from './signed-note.js';

/** The second line, which in a checkpoint is a number: so neither can be taken for the other. */
const TITLE = 'rotation of the key of checkpoints';

export interface KeyRotation {
  from: NoteVerifier;
  to: NoteVerifier;
}

/** Keys that count for a log. */
export interface LogKeys {
  /** The one that is trusted, and those that followed it: what one of them signed is the log's own word. */
  own: NoteVerifiers;
  /** Those and the ones before: for a checkpoint that somebody kept since. */
  known: NoteVerifiers;
  /** Rotations that count for nothing, each a sentence. */
  faults: string[];
}

/** Says that `next` follows `old`. Both are keys of one log, and sign. */
export function signRotation(old: NoteSigner, next: NoteSigner): string {
  return signNote(`${old.verifier.name}\n${TITLE}\n${old.verifier.key}\n${next.verifier.key}\n`, old, next);
}

/** @throws NoteFault unless it is a rotation that both of its keys have signed */
export function openRotation(note: string): KeyRotation {
  const [name, title, oldKey = '', newKey = ''] = note.split('\n');
  const from = parseVerifierKey(oldKey);
  const to = parseVerifierKey(newKey);
  const text = `${name}\n${TITLE}\n${from.key}\n${to.key}\n`;
  if (title !== TITLE || from.name !== name || to.name !== name || from.key === to.key)
    throw new NoteFault('It is no rotation of a key.');
  for (const verifier of [from, to]) {
    if (openNote(note, verifier) !== text) throw new NoteFault('It is no rotation of a key.');
  }
  return { from, to };
}

/** The keys that count for whoever trusts `trusted`, given the rotations of its log in any order. */
export function keysFrom(trusted: NoteVerifier, rotations: readonly string[] = []): LogKeys {
  const followers = new Map<string, NoteVerifier>();
  const leaders = new Map<string, NoteVerifier>();
  const faults: string[] = [];
  for (const note of new Set(rotations)) {
    try {
      const { from, to } = openRotation(note);
      if (from.name !== trusted.name) throw new NoteFault(`It is of another log, ${from.name}.`);
      if (followers.has(from.key) || leaders.has(to.key))
        throw new NoteFault('A key has one successor alone.');
      followers.set(from.key, to);
      leaders.set(to.key, from);
    } catch (error) {
      if (!(error instanceof NoteFault)) throw error;
      faults.push(`A rotation of the key counts for nothing: ${error.message}`);
    }
  }
  const own: NoteVerifiers = [trusted, ...walk(trusted, followers)];
  return { own, known: [...own, ...walk(trusted, leaders)], faults };
}

/** Where the steps lead from a key, never in a circle: each key is the end of one step alone. */
function walk(from: NoteVerifier, steps: ReadonlyMap<string, NoteVerifier>): NoteVerifier[] {
  const way: NoteVerifier[] = [];
  const seen = new Set([from.key]);
  for (
    let next = steps.get(from.key);
    next !== undefined && !seen.has(next.key);
    next = steps.get(next.key)
  ) {
    seen.add(next.key);
    way.push(next);
  }
  return way;
}
