// Events for the tests of the log: one at a time by hand, or generated with every part that an event can have.
import fc from 'fast-check';
import type { AuditFilter, FilterKey, FilterValues } from '#src/shared/audit-filter.js';
import { eventTerms, FILTER_KEYS } from '#src/shared/audit-filter.js';
import type { PendingEvent } from '#src/shared/data-event.js';
import { ACTIONS, OUTCOMES } from '#src/shared/vocabulary.js';

/** The `number`th UUID (v7 in form). */
export function eventId(number: number): string {
  return `01900000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

/** A plain event; `number` gives its id. */
export function event(number: number, parts: Partial<PendingEvent> = {}): PendingEvent {
  return {
    id: eventId(number),
    timestamp: 1_700_000_000_000 + number * 1000,
    action: 'viewed',
    outcome: 'success',
    actorType: 'users',
    actorId: '1',
    targetType: 'notes',
    targetId: '17',
    source: 'data-layer',
    schemaVersion: 1,
    ...parts,
  };
}

export function events(from: number, to: number, parts: Partial<PendingEvent> = {}): PendingEvent[] {
  return Array.from({ length: to - from + 1 }, (_, index) => event(from + index, parts));
}

const word = fc.constantFrom('a', 'b', 'c', 'users', 'x:y', ':', 'Zoë', '💾', '__proto__', '"', '\t', '\n');
const type = fc.constantFrom('users', 'notes', 'n');
const id = fc.constantFrom('1', '2', '3', ':', 'a:b', 'Zoë', '10');
const uuid = fc.integer({ min: 0, max: 5 }).map(eventId);
const joiningId = fc.oneof(uuid, fc.constantFrom('r1', 'r2', '00ff00ff00ff00ff', 'ABCDEF0123456789', '"'));
const jsonValue = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.double({ noDefaultInfinity: true, noNaN: true }).map(number => (Object.is(number, -0) ? 0 : number)),
  fc.string({ unit: 'grapheme' }),
  fc.array(fc.integer(), { maxLength: 3 }),
  fc.dictionary(fc.constantFrom('k', 'l', '10', '9'), fc.integer(), { maxKeys: 3, noNullPrototype: true }),
);

/** Maps with keys that objects take for something else. */
const changes = fc
  .uniqueArray(fc.tuple(word, jsonValue, jsonValue), { maxLength: 3, selector: ([field]) => field })
  .map(fields => {
    const made: NonNullable<PendingEvent['changes']> = {};
    for (const [field, prev, next] of fields) {
      Object.defineProperty(made, field, {
        value: { prev, next },
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return made;
  });

const context = fc.record(
  {
    ip: fc.oneof(word, fc.ipV4(), fc.ipV6()),
    userAgent: word,
    sessionId: word,
    reason: word,
    comment: word,
    query: word,
  },
  { requiredKeys: ['ip'], noNullPrototype: true },
);

/** Everything but the id; times lie close together and in no order, so that many are late or at the same moment. */
export const anyEventParts: fc.Arbitrary<Omit<PendingEvent, 'id'>> = fc.record(
  {
    timestamp: fc.integer({ min: 1_700_000_000_000, max: 1_700_000_000_040 }),
    action: fc.constantFrom(...ACTIONS),
    outcome: fc.constantFrom(...OUTCOMES),
    actorType: type,
    actorId: id,
    targetType: type,
    targetId: id,
    source: fc.constantFrom('data-layer', 'daemon', 'reported:1'),
    schemaVersion: fc.constantFrom(1, 2),
    eventName: word,
    changes,
    actorName: word,
    targetName: word,
    onBehalfOf: fc.record({ type, id }, { noNullPrototype: true }),
    tenantId: word,
    requestId: joiningId,
    correlationId: joiningId,
    externalId: joiningId,
    count: fc.integer({ min: 1, max: 5000 }),
    context,
    metadata: fc.dictionary(fc.constantFrom('k', 'l'), fc.oneof(word, fc.integer(), fc.constant(null)), {
      noNullPrototype: true,
    }),
    redactions: fc.array(
      fc.record(
        { path: fc.constant('/changes/a/prev'), kind: fc.constant('secret') },
        { noNullPrototype: true },
      ),
      { minLength: 1, maxLength: 2 },
    ),
  },
  {
    requiredKeys: [
      'timestamp',
      'action',
      'outcome',
      'actorType',
      'actorId',
      'targetType',
      'targetId',
      'source',
      'schemaVersion',
    ],
    noNullPrototype: true,
  },
);

/** A filter whose values mostly occur in `known`; `picks` are numbers to choose by. */
export function filterFrom(known: readonly PendingEvent[], picks: readonly number[]): AuditFilter {
  const filter: AuditFilter = { include: {}, exclude: {} };
  let at = 0;
  const pick = (bound: number) => picks[at++ % picks.length]! % bound;
  const values = (into: FilterValues) => {
    const key: FilterKey = FILTER_KEYS[pick(FILTER_KEYS.length)]!;
    into[key] = Array.from({ length: 1 + pick(2) }, () => {
      const terms = eventTerms(known[pick(known.length)]!).filter(([termKey]) => termKey === key);
      return terms.length === 0 ? 'unheard-of:' : terms[pick(terms.length)]![1];
    });
  };
  for (let count = pick(4); count > 0; count -= 1) values(filter.include);
  for (let count = pick(3); count > 0; count -= 1) values(filter.exclude);
  if (pick(3) === 0) filter.since = 1_700_000_000_000 + pick(45);
  if (pick(3) === 0) filter.until = 1_700_000_000_000 + pick(45);
  return filter;
}

/** Numbers for `filterFrom`. */
export const anyPicks = fc.array(fc.nat({ max: 10_000 }), { minLength: 24, maxLength: 24 });
