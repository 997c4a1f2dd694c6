// A log as an application makes it, in which one record has a long life: it changes now and then, all along the log.
import { eventOf } from './events.js';

export const LONG_LIVED = { type: 'articles', id: 'long-lived' };

const COUNTED = ['words', 'rating', 'price'];
const WRITTEN = ['body', 'status', 'owner', 'editor', 'place', 'tags'];

/** What a field holds after the `n`th change of the record. */
function valueAt(field, n) {
  if (COUNTED.includes(field)) return n;
  if (field === 'tags') return [`tag ${n % 17}`, `tag ${n % 5}`];
  return `The ${field} after revision ${n}, with about as many words as one writes into such a field.`;
}

/**
 * Makes the events of a log of `size` in which the record has `changes` events of its own, its creation first. Each
 * change touches two fields, but for the title, which stays as it was.
 * @returns {(n: number) => object} gives the `n`th event; to be asked in order
 */
export function eventsWithLongLife(size, changes) {
  const every = size / changes;
  const fields = [...COUNTED, ...WRITTEN];
  const values = {};
  let revision = 0;
  return n => {
    const event = eventOf(n, size);
    if (n % every !== 1) return event;
    const isFirst = revision === 0;
    const touched = isFirst
      ? ['title', ...fields]
      : [fields[revision % fields.length], fields[(revision + 4) % fields.length]];
    const entries = touched.map(field => {
      const prev = values[field] ?? null;
      values[field] = valueAt(field, revision);
      return [field, { prev, next: values[field] }];
    });
    revision += 1;
    return {
      ...event,
      action: isFirst ? 'created' : 'changed',
      outcome: 'success',
      targetType: LONG_LIVED.type,
      targetId: LONG_LIVED.id,
      targetName: 'Long-lived',
      eventName: isFirst ? 'articles.created' : 'articles.changed',
      changes: Object.fromEntries(entries),
    };
  };
}

/** When the `n`th event of the log was. */
export const timeOf = (n, size) => eventOf(n, size).timestamp;
