// The terms that were met lately, kept in memory by kind and value: most terms of an append were in one of the last.
// Two generations instead of a list in the order of use: that order costs more than now and then reading a term again.
import type { Kind } from './term.js';

export interface KnownTerms<Term> {
  get(kind: Kind, value: string): Term | undefined;
  set(kind: Kind, value: string, term: Term): void;
  delete(kind: Kind, value: string): void;
  /** Lets go of what was not met lately, if there is too much: between appends, which hold on to what they met. */
  trim(): void;
  clear(): void;
}

/** Keeps at least the last half of `max` terms that were met, and after a trim no more than `max` and what came since the one before. */
export function createKnownTerms<Term>(max: number): KnownTerms<Term> {
  const generation = max >> 1;
  let young: Map<string, Term>[] = [];
  let old: Map<string, Term>[] = [];
  let count = 0;

  function set(kind: Kind, value: string, term: Term): void {
    let ofKind = young[kind];
    if (ofKind === undefined) {
      ofKind = new Map();
      young[kind] = ofKind;
    }
    const before = ofKind.size;
    ofKind.set(value, term);
    count += ofKind.size - before;
  }

  return {
    get(kind, value) {
      const found = young[kind]?.get(value);
      if (found !== undefined) return found;
      const older = old[kind]?.get(value);
      if (older !== undefined) set(kind, value, older);
      return older;
    },
    set,
    delete(kind, value) {
      if (young[kind]?.delete(value)) count -= 1;
      old[kind]?.delete(value);
    },
    trim() {
      if (count < generation) return;
      old = young;
      young = [];
      count = 0;
    },
    clear() {
      young = [];
      old = [];
      count = 0;
    },
  };
}
