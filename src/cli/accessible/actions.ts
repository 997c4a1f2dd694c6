// What can be chosen while walking through the log in lines, in one table: what it is called, where it is, when it is
// not to be had, and what it does.
import { type AuditFilter, EVERYTHING } from '../../shared/audit-filter.js';
import type { DataEvent } from '../../shared/data-event.js';
import { formatRef } from '../../shared/object-ref.js';
import { Problem } from '../../shared/problem.js';
import { formatFilterLine, parseFilterLine } from '../filter-line.js';
import { escapeText, safe, safeJson } from '../output/escape.js';
import type { WalkAction } from './action.js';
import { CHANGING } from './changing.js';
import { COUNTING } from './counting.js';
import { FOLLOWING } from './following.js';
import { KEEPING } from './keeping.js';
import { TAKING } from './taking.js';
import { eventsIn, numberedHere, openStep, stepInto, stepOf, turned, type Walk, withinOf } from './walk.js';

const including = (include: AuditFilter['include']): AuditFilter => ({ include, exclude: {} });

const replaced = (walk: Walk, step: Walk['path'][number]): Walk => ({
  ...walk,
  path: [...walk.path.slice(0, -1), step],
});

/** The event so many further in the page. */
function neighbour({ event, path }: Walk, by: 1 | -1): DataEvent | undefined {
  const events = eventsIn(stepOf({ path }));
  const at = events.findIndex(({ seq }) => seq === event?.seq);
  return at < 0 ? undefined : events[at + by];
}

const pivot = (
  label: string,
  of: (event: DataEvent) => { label: string; filter: AuditFilter } | undefined,
): WalkAction => ({
  label,
  place: 'event',
  when: ({ event }) => event !== undefined && of(event) !== undefined,
  async run(walk, world) {
    const to = walk.event === undefined ? undefined : of(walk.event);
    return to === undefined ? walk : stepInto(world.client, walk, to.label, to.filter);
  },
});

export const WALK_ACTIONS: readonly WalkAction[] = [
  {
    label: 'an event in full',
    place: 'events',
    when: walk => eventsIn(stepOf(walk)).length > 0,
    async run(walk, { io }) {
      const { events, first, last } = numberedHere(walk);
      const text = await io.prompts.input(`Which event, ${first} to ${last}`);
      const event = /^\d+$/.test(text) ? events[Number(text) - first] : undefined;
      if (event === undefined) await io.write(`There is no event ${escapeText(text)} here.\n`);
      return { ...walk, event };
    },
  },
  {
    label: 'further events',
    place: 'events',
    when: walk => stepOf(walk).pages.at(-1)?.next !== null,
    run: async (walk, { client }) => replaced(walk, await turned(client, stepOf(walk))),
  },
  {
    label: 'the events before',
    place: 'events',
    when: walk => stepOf(walk).pages.length > 1,
    async run(walk) {
      const step = stepOf(walk);
      return replaced(walk, { ...step, pages: step.pages.slice(0, -1) });
    },
  },
  {
    label: 'filter',
    place: 'events',
    async run(walk, { io, client, clock }) {
      const { filter } = stepOf(walk);
      await io.write(
        `The filter is ${escapeText(formatFilterLine(filter)) || 'empty'}. Words like actor:users:1 action:changed -action:viewed field:email since:2h; a dot for everything.\n`,
      );
      const line = await io.prompts.input('Filter');
      try {
        return await stepInto(client, walk, line, line === '.' ? EVERYTHING : parseFilterLine(line, clock()));
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        await io.write(`${escapeText(error.message)}\n`);
        return walk;
      }
    },
  },
  {
    label: 'the other order of time',
    place: 'events',
    async run(walk, { client }) {
      const { label, filter, order } = stepOf(walk);
      const other = order === 'desc' ? 'asc' : 'desc';
      return replaced(walk, await openStep(client, { label, filter, order: other }));
    },
  },
  {
    label: 'ask again, for what is new',
    place: 'events',
    run: async (walk, { client }) => replaced(walk, await openStep(client, stepOf(walk))),
  },
  ...FOLLOWING,
  ...COUNTING,
  pivot('what its actor has done', ({ actorType, actorId }) => {
    const actor = formatRef(actorType, actorId);
    return { label: actor, filter: including({ actor: [actor] }) };
  }),
  pivot('who has touched its target', ({ targetType, targetId }) => {
    const target = formatRef(targetType, targetId);
    return { label: target, filter: including({ target: [target] }) };
  }),
  pivot('everything of its request', ({ requestId }) =>
    requestId === undefined
      ? undefined
      : { label: `request ${requestId}`, filter: including({ requestId: [requestId] }) },
  ),
  {
    label: 'its target as it stood at this event',
    place: 'event',
    async run(walk, { io, client }) {
      const { event } = walk;
      if (event === undefined) return walk;
      const target = { type: event.targetType, id: event.targetId };
      const { exists, state } = await client.audit.state(target, {
        seq: event.seq,
        ...withinOf(stepOf(walk)),
      });
      const name = escapeText(formatRef(target.type, target.id));
      await io.write(
        safe`${name} ${exists ? safe`had these fields` : safe`did not exist`} after event ${event.seq}.\n`,
      );
      for (const [field, value] of Object.entries(state ?? {}))
        await io.write(safe`${escapeText(field)}: ${safeJson(value)}\n`);
      return walk;
    },
  },
  {
    label: 'the next event of the page',
    place: 'event',
    when: walk => neighbour(walk, 1) !== undefined,
    run: async walk => ({ ...walk, event: neighbour(walk, 1) }),
  },
  {
    label: 'the event before it',
    place: 'event',
    when: walk => neighbour(walk, -1) !== undefined,
    run: async walk => ({ ...walk, event: neighbour(walk, -1) }),
  },
  ...TAKING,
  ...KEEPING,
  ...CHANGING,
  { label: 'back to the events', place: 'event', run: async walk => ({ ...walk, event: undefined }) },
  {
    label: 'back to where you were before',
    place: 'events',
    when: ({ path }) => path.length > 1,
    run: async walk => ({ ...walk, path: walk.path.slice(0, -1) }),
  },
];
