// The terms that were met lately, kept in memory by kind and value: most terms of an append were in one of the last.
// Two generations instead of a list in the order of use: that order costs more than now and then reading a term again.
import type { Kind } from './term.js';

/** A term as it stands in the table. */
export interface KnownTerm {
  id: number;
  events: number;
}

export interface KnownTerms {
  get(kind: Kind, value: string): KnownTerm | undefined;
  set(kind: Kind, value: string, term: KnownTerm): void;
  delete(kind: Kind, value: string): void;
  clear(): void;
}

/** Keeps at least the last half of `max` terms that were met, and never more than `max`. */
export function createKnownTerms(max: number): KnownTerms {
  const generation = max >> 1;
  let young: Map<string, KnownTerm>[] = [];
  let old: Map<string, KnownTerm>[] = [];
  let count = 0;

  function set(kind: Kind, value: string, term: KnownTerm): void {
    if (count >= generation) {
      old = young;
      young = [];
      count = 0;
    }
    const ofKind = young[kind] ?? new Map<string, KnownTerm>();
    young[kind] = ofKind;
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
    clear() {
      young = [];
      old = [];
      count = 0;
    },
  };
}
