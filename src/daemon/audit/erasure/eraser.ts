// Erases values of events where they stand: the body lets go of them, the seal keeps their digests, and terms that
// only they held go with them.
import { partsOf, slotsOf } from '../../../shared/log/leaf-parts.js';
import { type LeafSalts, saltedDigest, saltsFrom } from '../../../shared/log/leaf-salts.js';
import type { Sqlite } from '../../sqlite.js';
import { createStoredEvents } from '../stored-event.js';
import type { Kind } from '../term.js';
import { createTermReader } from '../term-reader.js';
import { isControlEvent } from './control-events.js';
import { isErasable, isWanted } from './erasable.js';
import type { ErasureOrder } from './order.js';
import { createReleasedTerms } from './released-terms.js';
import { formatSeal, type Seal } from './seal.js';
import { bodyWithout, createSealReader, isSealed, storedFields, TERM_FIELDS } from './sealed-body.js';

/** What is to go of which events, announced by the event `by`. */
export interface Erasing {
  /** Ascending. */
  seqs: readonly number[];
  /** JSON pointers to values or whole groups; all that can go when left out. */
  paths?: readonly string[] | undefined;
  only?: ErasureOrder['only'] | undefined;
  by: number;
}

/** What went, and how many strings of the log went with it. */
export interface Erased {
  /** By path, the events that lost it. */
  values: Map<string, number[]>;
  goneTerms: number;
}

/** @param forget hears of every term that is not what it was */
export function createEraser(db: Sqlite, forget: (kind: Kind, value: string) => void) {
  const terms = createTermReader(db);
  const storedEvents = createStoredEvents(db, terms);
  const sealOf = createSealReader(db);
  const released = createReleasedTerms(db, forget);
  const readBody = db.prepare<[number], string>('SELECT body FROM events WHERE seq = ?').pluck();
  const writeBody = db.prepare<[string, number]>(`UPDATE events SET body = ?, salt_key = x'' WHERE seq = ?`);
  const writeSeal = db.prepare<[number, string]>(
    'INSERT INTO seals (seq, slots) VALUES (?, ?) ON CONFLICT (seq) DO UPDATE SET slots = excluded.slots',
  );

  function eraseOne(seq: number, { paths, only, by }: Erasing, erased: Erased): void {
    const [stored] = storedEvents(seq - 1, 1);
    if (stored?.event.seq !== seq) throw new Error(`audit.db is damaged: event ${seq} is not there.`);
    const { event, salts } = stored;
    if (only !== undefined && isControlEvent(event) !== (only === 'control')) return;
    const slots = slotsOf(partsOf(event));
    const going = slots
      .filter(slot => isWanted(slot.path, paths) && isErasable(slot, event))
      .map(({ path }) => path);
    if (going.length === 0) return;
    const body = readBody.get(seq)!;
    const seal = sealBefore(seq, body, salts, slots.length);
    const sealed = seal.map((slot, at) => {
      const { path, text } = slots[at]!;
      return typeof slot === 'string' && going.includes(path)
        ? { path, digest: saltedDigest(slot, text!), by }
        : slot;
    });
    const fields = storedFields(body);
    const place = { timestamp: event.timestamp, seq, count: event.count ?? 1 };
    for (const path of going) {
      const term = fields[TERM_FIELDS[path] ?? -1];
      if (term !== undefined) released.release(Number.parseInt(term, 36), place);
      const seqs = erased.values.get(path) ?? [];
      seqs.push(seq);
      erased.values.set(path, seqs);
    }
    writeBody.run(bodyWithout(fields, going), seq);
    writeSeal.run(seq, formatSeal(sealed));
  }

  /** The salts of all values as a list, whether there is one yet or not. */
  function sealBefore(seq: number, body: string, salts: LeafSalts, values: number): Seal {
    if (isSealed(body)) return sealOf(seq);
    const nextSalt = saltsFrom(salts as string);
    return Array.from({ length: values }, () => nextSalt());
  }

  return {
    /** Erases, in the transaction that is under way. @throws Error for a log that is damaged */
    erase(erasing: Erasing): Erased {
      released.begin();
      const erased: Erased = { values: new Map(), goneTerms: 0 };
      for (const seq of erasing.seqs) eraseOne(seq, erasing, erased);
      erased.goneTerms = released.flush();
      return erased;
    },
  };
}
