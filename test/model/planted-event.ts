// Events in each of whose values is a mark that occurs nowhere else, so that what is left of them can be searched for.
import type { PendingEvent } from '#src/shared/data-event.js';
import { event, eventId } from '../daemon/audit/example-events.js';
import { reportedId } from '../daemon/audit/retention/removed-log.js';

/** What is planted looks like this. */
export const MARK = /~[a-z]+[0-9.]*~/g;

/** Values that can be erased of an event, by their paths. */
export function valuesOf(event: PendingEvent): Map<string, string> {
  const values = new Map<string, string>();
  const put = (path: string, value: unknown) => {
    if (value !== undefined && value !== null) values.set(path, JSON.stringify(value));
  };
  put('/actorName', event.actorName);
  put('/targetName', event.targetName);
  for (const [field, change] of Object.entries(event.changes ?? {})) put(`/changes/${field}`, change);
  for (const [name, value] of Object.entries(event.context ?? {})) put(`/context/${name}`, value);
  for (const [name, value] of Object.entries(event.metadata ?? {})) put(`/metadata/${name}`, value);
  return values;
}

/** Marks of values. */
export const marksIn = (values: Iterable<string>) =>
  new Set([...values].flatMap(value => [...value.matchAll(MARK)].map(([mark]) => mark)));

/** An event with a mark in each value; names and addresses are shared by some. */
export function planted(number: number, now: number, pick: (bound: number) => number): PendingEvent {
  const mark = (kind: string) => `~${kind}${number}~`;
  const kind = pick(6);
  const isReported = kind === 0;
  const isDaemon = kind === 1;
  const { action, eventName } =
    kind <= 2
      ? { action: 'viewed' as const, eventName: 'a.viewed' }
      : { action: 'changed' as const, eventName: 'a.changed' };
  return event(number, {
    id: isReported ? reportedId(number) : eventId(number),
    timestamp: now - pick(3) * 1_000,
    action,
    eventName,
    actorId: String(1 + pick(3)),
    actorName: `~actor${pick(4)}~`,
    targetType: isDaemon ? 'tokens' : (['notes', 'orders'] as const)[pick(2)]!,
    targetId: String(1 + pick(4)),
    targetName: pick(3) === 0 ? '~shared~' : mark('target'),
    ...(action === 'viewed' && !isDaemon
      ? {}
      : {
          changes: {
            a: { prev: mark('prev'), next: mark('next').repeat(1 + pick(60)) },
            b: { prev: null, next: mark('b') },
          },
        }),
    context: { ip: `~ip${pick(5)}~`, userAgent: mark('agent'), comment: mark('comment').repeat(1 + pick(9)) },
    metadata: { k: mark('meta') },
    source: isReported ? 'reported:1' : isDaemon ? 'daemon' : 'data-layer',
    ...(pick(9) === 0 ? { count: 3 } : {}),
  });
}
