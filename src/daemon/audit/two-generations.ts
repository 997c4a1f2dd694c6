// What was read lately, kept in memory by a string. Two generations instead of a list in the order of use: keeping that
// order costs more than now and then reading something again.

export interface TwoGenerations<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
}

/** Keeps at least the last half of `max` values that were asked for, and never more than `max`. */
export function createTwoGenerations<Value>(max: number): TwoGenerations<Value> {
  const generation = max >> 1;
  let young = new Map<string, Value>();
  let old = new Map<string, Value>();

  function set(key: string, value: Value): void {
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
