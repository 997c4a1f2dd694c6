// Lines as bytes, one after the other. Each is written while it is warm: a thousand lines that are joined first are
// copied together from tens of thousands of small pieces, which takes three times as long as making them.

export interface LineBytes {
  add(line: string): void;
  /** What was added, in memory of its own, which can change hands: nothing is added afterwards. */
  bytes(): Uint8Array;
}

/** Most bytes that a character of a string, a UTF-16 code unit, takes as UTF-8. */
const MOST_BYTES = 3;

/** @param expected how many bytes there will be; more are moved to larger memory */
export function createLineBytes(expected: number): LineBytes {
  let memory = Buffer.allocUnsafeSlow(expected);
  let length = 0;

  function reserve(more: number): void {
    if (memory.length - length >= more) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(memory.length * 2, length + more));
    memory.copy(grown, 0, 0, length);
    memory = grown;
  }

  return {
    add(line) {
      reserve(line.length * MOST_BYTES);
      length += memory.write(line, length, 'utf8');
    },
    bytes: () => memory.subarray(0, length),
  };
}
