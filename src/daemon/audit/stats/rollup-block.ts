// The bytes of a week of a rollup: for each slot with anything in it, in order, its distance to the one before,
// then twice its events, plus one if their occurrences are more, which then follow as what they are more: all LEB128
// varints. An hour of one kind takes 2 or 3 bytes so.
import type { Count, Slot } from './rollup.js';

/** @param first the first slot of the week */
export function packWeek(slots: ReadonlyMap<Slot, Count>, first: Slot): Buffer {
  const bytes: number[] = [];
  let last = first;
  for (const slot of [...slots.keys()].sort((a, b) => a - b)) {
    const { events, occurrences } = slots.get(slot)!;
    const more = occurrences - events;
    pushVarint(bytes, slot - last);
    pushVarint(bytes, 2 * events + (more === 0 ? 0 : 1));
    if (more !== 0) pushVarint(bytes, more);
    last = slot;
  }
  return Buffer.from(bytes);
}

/** Adds what `packWeek` made of a week to `slots`. */
export function unpackWeek(packed: Buffer, first: Slot, slots: Map<Slot, Count>): void {
  let at = 0;
  let slot = first;
  const next = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = packed[at++];
      if (byte === undefined) throw new Error('audit.db is damaged: a rollup breaks off.');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  while (at < packed.length) {
    slot += next();
    const doubled = next();
    const events = Math.floor(doubled / 2);
    slots.set(slot, { events, occurrences: events + (doubled % 2 === 0 ? 0 : next()) });
  }
}

function pushVarint(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
}
