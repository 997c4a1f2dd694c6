// What stands in the place of an event's salt key once something of it was erased: for each value, in the order of the
// leaf's text, its salt, or of an erased one its path, its digest, and the event that announced the erasure. JSON.
import { isDigest, isSlot } from '../../../shared/log/leaf-salts.js';
import { DamagedEvent } from '../damaged-event.js';

/** A value that was erased. */
export interface ErasedSlot {
  /** JSON pointer into the event. */
  path: string;
  digest: string;
  /** The `seq` of the event that announced it. */
  by: number;
}

export type Seal = readonly (string | ErasedSlot)[];

export function formatSeal(seal: Seal): string {
  return JSON.stringify(
    seal.map(slot => (typeof slot === 'string' ? slot : [slot.path, slot.digest, slot.by])),
  );
}

/** @throws DamagedEvent for a text that `formatSeal` does not write */
export function parseSeal(text: string): Seal {
  const seal = sealIn(text);
  if (seal === undefined || formatSeal(seal) !== text)
    throw new DamagedEvent('what stands in the place of its salts cannot be read');
  return seal;
}

function sealIn(text: string): Seal | undefined {
  try {
    return (JSON.parse(text) as unknown[]).map(slot => {
      if (typeof slot === 'string' && isSlot(slot) && !isDigest(slot)) return slot;
      const [path, digest, by] = slot as [string, string, number];
      if (typeof path !== 'string' || !isSlot(digest) || !isDigest(digest) || !Number.isSafeInteger(by))
        throw new TypeError('no slot');
      return { path, digest, by };
    });
  } catch {
    return undefined;
  }
}

/** The list that the leaf is made with. */
export const saltsOf = (seal: Seal): string[] =>
  seal.map(slot => (typeof slot === 'string' ? slot : slot.digest));

/** What was erased, in the order of the leaf's text. */
export const erasedOf = (seal: Seal): ErasedSlot[] => seal.filter(slot => typeof slot !== 'string');
