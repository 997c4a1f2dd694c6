// When events of the log were stored, and where in it a moment lies: `recordedAt` never decreases along the log.
import type { Sqlite } from '../../sqlite.js';
import { storedFields } from '../erasure/sealed-body.js';
import { FIELD } from '../event-body.js';

export interface StoredTimes {
  /** When event `seq`, which is in the log, was stored: milliseconds since the Unix epoch. */
  recordedAt(seq: number): number;
  /** The last of the events after `from`, up to `to`, that was stored before `moment`; `from` if none was. */
  lastBefore(moment: number, from: number, to: number): number;
}

/** Reads a few dozen rows for an answer, however long the log is. */
export function createStoredTimes(db: Sqlite): StoredTimes {
  const read = db
    .prepare<[number], [timestamp: number, body: string]>('SELECT timestamp, body FROM events WHERE seq = ?')
    .raw();
  const recordedAt = (seq: number): number => {
    const [timestamp, body] = read.get(seq)!;
    return timestamp + Number.parseInt(storedFields(body)[FIELD.recordedAfter]!, 36);
  };
  return {
    recordedAt,
    lastBefore(moment, from, to) {
      let low = from;
      let high = to;
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if (recordedAt(middle) < moment) low = middle;
        else high = middle - 1;
      }
      return low;
    },
  };
}
