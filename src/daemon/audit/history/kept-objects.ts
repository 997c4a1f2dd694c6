// Whether an object was ever one of the daemon's own records: the order of its history follows from that. The index
// cannot tell quickly (the data layer's events are nearly all of the log, so each of the object's has to be sought
// among them), so its events are read, once: what was found is remembered, and only newer ones are read again.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { SOURCE_DATA_LAYER } from '../../../shared/vocabulary.js';
import { FIELD } from '../event-body.js';
import type { EventRows } from '../event-rows.js';
import { fieldOf } from '../event-values.js';
import { KIND } from '../term.js';
import type { TermReader } from '../term-reader.js';

/** Objects that are remembered. */
const REMEMBERED = 10_000;

/** Events that are read at once: about 1 ms. */
const SLICE_EVENTS = 500;

interface Known {
  /** The events up to this seq were read. */
  through: number;
  /** The seq of the first of them that the data layer made; infinite if none is. */
  keptFrom: number;
}

export interface KeptObjects {
  /**
   * Whether the data layer made any event of the object up to `snapshot`.
   * @param seqs of the object's events up to there, in any order
   */
  isKept(target: string, seqs: readonly number[], snapshot: number): Promise<boolean>;
}

export function createKeptObjects(events: EventRows, terms: TermReader): KeptObjects {
  const known = new LRUCache<string, Known>({ max: REMEMBERED });

  async function firstKept(seqs: readonly number[]): Promise<number> {
    const dataLayer = terms.id(KIND.source, SOURCE_DATA_LAYER)?.toString(36);
    if (dataLayer === undefined) return Number.POSITIVE_INFINITY;
    for (let read = 0; read < seqs.length; read += SLICE_EVENTS) {
      const slice = seqs.slice(read, read + SLICE_EVENTS);
      const bodies = events.bodiesBySeqs(slice);
      const found = bodies.findIndex((body = '') => fieldOf(body, FIELD.source) === dataLayer);
      if (found >= 0) return slice[found]!;
      await nextTurn();
    }
    return Number.POSITIVE_INFINITY;
  }

  return {
    async isKept(target, seqs, snapshot) {
      const { through, keptFrom } = known.get(target) ?? { through: 0, keptFrom: Number.POSITIVE_INFINITY };
      if (keptFrom <= snapshot || snapshot <= through) return keptFrom <= snapshot;
      const unread = seqs.filter(seq => seq > through && seq <= snapshot).sort((a, b) => a - b);
      const found = Math.min(keptFrom, await firstKept(unread));
      known.set(target, { through: snapshot, keptFrom: found });
      return found <= snapshot;
    },
  };
}
