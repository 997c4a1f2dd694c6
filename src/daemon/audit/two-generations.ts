// What was read lately, kept in memory by a key. Two generations instead of a list in the order of use: keeping that
// order costs more than now and then reading something again.

export interface TwoGenerations<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
}

/** Keeps at least the last half of `max` values that were asked for, and never more than `max`. */
export function createTwoGenerations<Key, Value>(max: number): TwoGenerations<Key, Value> {
  const generation = max >> 1;
  let young = new Map<Key, Value>();
  let old = new Map<Key, Value>();

  function set(key: Key, value: Value): void {
    if (young.size >= generation) {
      old = young;
      young = new Map();
    }
    young.set(key, value);
  }

  return {
    get(key) {
      const found = young.get(key);
      if (found !== undefined) return found;
      const older = old.get(key);
      if (older !== undefined) set(key, older);
      return older;
    },
    set,
  };
}
