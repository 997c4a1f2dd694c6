// Events as an application makes them, any number of them and always the same: half of them concern one hot
// object, a tenth are one hot actor's, the rest is spread so that each object has about fifty and each actor
// about five hundred.

const START = Date.UTC(2026, 0, 1);

/** Between two events, in milliseconds. */
const STEP_MS = 40;

export const HOT_TARGET = { type: 'articles', id: 'hot' };
export const HOT_ACTOR = { type: 'users', id: 'hot' };

/** A number that looks random and depends on `n` alone (Knuth's multiplicative hash). */
const scattered = (n, below) => Math.floor((((n * 2_654_435_761) % 4_294_967_296) / 4_294_967_296) * below);

const hex = (n, digits) => n.toString(16).padStart(digits, '0');

/** Objects and actors of a log of `size` events, the hot ones apart. */
export const spreadOf = size => ({ targets: Math.max(10, size / 100), actors: Math.max(10, size / 500) });

/**
 * The `n`th event of a log of `size` events.
 * @param {number} n from 1
 */
export function eventOf(n, size) {
  const { targets, actors } = spreadOf(size);
  const denied = n % 997 === 0;
  const changed = !denied && scattered(n, 4) === 0;
  const timestamp = START + n * STEP_MS;
  const id = `${hex(timestamp, 12).replace(/^(.{8})/, '$1-')}-7${hex(n & 0xfff, 3)}-8${hex(scattered(n, 4095), 3)}-${hex(n, 12)}`;
  const target = scattered(n + 7, 2) === 0 ? HOT_TARGET.id : String(scattered(n + 1, targets));
  const actor = scattered(n + 3, 10) === 0 ? HOT_ACTOR.id : String(scattered(n + 2, actors));
  return {
    id,
    timestamp,
    action: changed ? 'changed' : 'viewed',
    outcome: denied ? 'denied' : 'success',
    actorType: 'users',
    actorId: actor,
    actorName: `Somebody ${actor}`,
    targetType: 'articles',
    targetId: target,
    targetName: `On what ${target} is`,
    eventName: changed ? 'articles.words.changed' : 'articles.viewed',
    ...(changed ? { changes: { words: { prev: n, next: n + 1 } } } : {}),
    requestId: `${hex(timestamp, 12).replace(/^(.{8})/, '$1-')}-7${hex(n & 0xfff, 3)}-9${hex(scattered(n, 4095), 3)}-${hex(n, 12)}`,
    context: {
      ip: `10.0.${scattered(n, 20)}.7`,
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64)',
      sessionId: `session of ${actor}`,
    },
    source: 'data-layer',
    schemaVersion: 1,
  };
}

/** Events `from` to `to`, both included. */
export const eventsOf = (from, to, size) =>
  Array.from({ length: to - from + 1 }, (_, index) => eventOf(from + index, size));
