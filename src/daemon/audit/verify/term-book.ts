// The terms of the log while it is verified: each looked up once for as long as it is remembered, with what leaf and
// index need of it.
import type { Sqlite } from '../../sqlite.js';
import { DamagedEvent } from '../damaged-event.js';
import { KIND, type Kind, kindOf } from '../term.js';
import type { LaneKeys, Lanes } from './lanes.js';

/** Most terms that are remembered by id, and of a kind by value; then all are forgotten, which is cheaper than to know the oldest. */
const REMEMBERED = 100_000;

/** A term in `terms`. */
export interface TermFacts extends Lanes {
  id: number;
  value: string;
  /** The canonical text of the value; for the name of an object that of its type. */
  text: string;
  /** Of the name of an object: the canonical text of its id, and the term of its type. */
  ref?: { id: string; type: TermFacts };
  /** Whether statistics are kept of it; of actors, targets and the log alone. */
  isRolled: boolean;
}

export interface TermBook {
  /** The term with this id, written as bodies have it. @throws DamagedEvent if it is none of that kind */
  byId(id: string, kind: Kind): TermFacts;
  /** The term of this value. @throws DamagedEvent if there is none */
  byValue(kind: Kind, value: string): TermFacts;
}

const TYPE_KIND: Partial<Record<Kind, Kind>> = {
  [KIND.actor]: kindOf('actor', ':'),
  [KIND.target]: kindOf('target', ':'),
  [KIND.onBehalfOf]: kindOf('onBehalfOf', ':'),
};

export function createTermBook(db: Sqlite, keys: LaneKeys): TermBook {
  const readId = db.prepare<[number], { kind: Kind; value: string }>(
    'SELECT kind, value FROM terms WHERE id = ?',
  );
  const isRolled = db
    .prepare<[number], number>('SELECT EXISTS (SELECT 1 FROM rollups WHERE subject = ?)')
    .pluck();
  const findId = db
    .prepare<[Kind, string], number>('SELECT id FROM terms WHERE kind = ? AND value = ?')
    .pluck();
  const byId = new Map<string, TermFacts & { kind: Kind }>();
  /** By kind: joining kind and value for each look would cost as much as the look. */
  const byValue: Map<string, TermFacts>[] = [];

  function load(text: string): TermFacts & { kind: Kind } {
    const id = Number.parseInt(text, 36);
    const row = id.toString(36) === text ? readId.get(id) : undefined;
    if (row === undefined || typeof row.value !== 'string')
      throw new DamagedEvent(`it names term ${text}, which is not there`);
    const facts = {
      id,
      kind: row.kind,
      value: row.value,
      isRolled: isRolled.get(id) === 1,
      ...keys.ofTerm(id),
      ...textsOf(row),
    };
    remember(byId, text, facts);
    return facts;
  }

  function textsOf({ kind, value }: { kind: Kind; value: string }): Pick<TermFacts, 'text' | 'ref'> {
    const typeKind = TYPE_KIND[kind];
    if (typeKind === undefined) return { text: JSON.stringify(value) };
    const colon = value.indexOf(':');
    if (colon < 0) throw new DamagedEvent('it names an object without a type');
    const id = JSON.stringify(value.slice(colon + 1));
    const type = valueTerm(typeKind, value.slice(0, colon + 1));
    return { text: JSON.stringify(value.slice(0, colon)), ref: { id, type } };
  }

  function valueTerm(kind: Kind, value: string): TermFacts {
    const known = byValue[kind]?.get(value);
    if (known !== undefined) return known;
    const id = findId.get(kind, value);
    if (id === undefined) throw new DamagedEvent(`the index does not know its ${JSON.stringify(value)}`);
    const facts = {
      id,
      value,
      text: JSON.stringify(value),
      isRolled: isRolled.get(id) === 1,
      ...keys.ofTerm(id),
    };
    byValue[kind] ??= new Map();
    remember(byValue[kind], value, facts);
    return facts;
  }

  return {
    byId(text, kind) {
      const facts = byId.get(text) ?? load(text);
      if (facts.kind !== kind) throw new DamagedEvent(`it names term ${text} for what that is not`);
      return facts;
    },
    byValue: valueTerm,
  };
}

function remember<Facts>(known: Map<string, Facts>, name: string, facts: Facts): void {
  if (known.size >= REMEMBERED) known.clear();
  known.set(name, facts);
}
