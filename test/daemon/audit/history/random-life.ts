// Random lives of records, as the data layer would have recorded them, with what a naive replay makes of each moment.
import fc from 'fast-check';
import type { Changes, PendingEvent } from '#src/shared/data-event.js';
import { event } from '../example-events.js';

/** A record's body; `undefined` while it does not exist. */
export type Body = Record<string, unknown> | undefined;

export interface RandomLife {
  events: PendingEvent[];
  /** The body after each event, and when that was. */
  moments: { timestamp: number; body: Body }[];
}

const fields = ['name', 'total', 'a/b', 'c~d'];
const value = fc.constantFrom<unknown>('x', 'y', '', 0, 1, false, [1, 2], { k: 1 }, { k: 2, l: null });
const body = fc.dictionary(fc.constantFrom(...fields), value, { noNullPrototype: true });

/** What is tried next: a new body, the end of the record, somebody's look, or something about another object. */
const happening = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('write' as const), body, late: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('delete', 'view', 'other', 'refused') }) },
);
type Happening = { kind: string; body?: Record<string, unknown>; late?: boolean };

export function differences(prev: Body, next: Body): Changes {
  const changes: Changes = {};
  for (const field of fields) {
    const [before, after] = [prev?.[field] ?? null, next?.[field] ?? null];
    if (JSON.stringify(before) !== JSON.stringify(after)) changes[field] = { prev: before, next: after };
  }
  return changes;
}

function liveThrough(happenings: Happening[], actors: number[], clockStepsBack: boolean): RandomLife {
  const life: RandomLife = { events: [], moments: [] };
  let now: Body;
  let timestamp = 1_700_000_000_000;
  for (const [index, { kind, body: wanted, late = false }] of happenings.entries()) {
    timestamp += clockStepsBack && late ? -3 : index % 2;
    const parts = eventParts(kind, now, wanted);
    if (parts === undefined) continue;
    if (kind === 'write' || kind === 'delete') now = wanted;
    const actorId = String(actors[index % actors.length]);
    life.events.push(event(index + 1, { timestamp, actorId, ...parts }));
    life.moments.push({ timestamp, body: now });
  }
  return life;
}

/** What the event of a happening says; `undefined` if there is none. */
function eventParts(kind: string, now: Body, wanted: Body): Partial<PendingEvent> | undefined {
  if (kind === 'view') return { action: 'viewed' };
  if (kind === 'other')
    return { action: 'created', targetId: '18', changes: { name: { prev: null, next: 1 } } };
  if (kind === 'refused') return { action: 'changed', outcome: 'denied', source: 'daemon' };
  const changes = differences(now, wanted);
  const touched = Object.keys(changes).length > 0;
  if (now === undefined) {
    return wanted === undefined ? undefined : { action: 'created', ...(touched ? { changes } : {}) };
  }
  if (wanted === undefined) return { action: 'deleted', ...(touched ? { changes } : {}) };
  return touched ? { action: 'changed', changes } : undefined;
}

export const anyLife = fc
  .tuple(
    fc.array(happening, { minLength: 1, maxLength: 40 }),
    fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 7 }),
    fc.boolean(),
  )
  .map(([happenings, actors, clockStepsBack]) => liveThrough(happenings, actors, clockStepsBack));
