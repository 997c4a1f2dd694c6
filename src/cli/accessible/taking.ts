// The choices that take something out of the walk: marks, texts to copy from the screen, a file.
import type { DataEvent } from '../../shared/data-event.js';
import { formatRef } from '../../shared/object-ref.js';
import { escapeText, type SafeText, safe, safeJsonText, safePrettyJson } from '../output/escape.js';
import { commandOf } from '../tui/explorer/copying.js';
import { exportEvents } from '../tui/explorer/event-export.js';
import type { WalkAction } from './action.js';
import { chosenOf } from './choosing.js';
import { eventsIn, numberedHere, stepOf, type Walk } from './walk.js';

/** Events between two lines of progress. */
const PROGRESS = 10_000;

function toggled(walk: Walk, events: readonly DataEvent[]): Walk {
  const marked = new Map(walk.marked);
  for (const event of events) if (!marked.delete(event.seq)) marked.set(event.seq, event);
  return { ...walk, marked };
}

interface Taken {
  name: string;
  text: SafeText;
}

function texts({ event, marked, path }: Walk): Taken[] {
  const { filter, order } = stepOf({ path });
  const ofEvent =
    event === undefined
      ? []
      : [
          { name: 'the event as JSON', text: safePrettyJson(event) as SafeText },
          { name: 'its target', text: escapeText(formatRef(event.targetType, event.targetId)) },
          { name: 'its actor', text: escapeText(formatRef(event.actorType, event.actorId)) },
          { name: 'its id', text: escapeText(event.id) },
        ];
  const ofMarked =
    marked.size === 0
      ? []
      : [
          {
            name: `the ${marked.size} marked as JSON`,
            text: safePrettyJson([...marked.values()]) as SafeText,
          },
        ];
  const command = { name: 'the command of this view', text: safeJsonText(commandOf(filter, order)) };
  return [...ofEvent, ...ofMarked, command];
}

const copy = (place: WalkAction['place']): WalkAction => ({
  label: 'a text to copy: JSON, an id, the command of this view',
  place,
  async run(walk, world) {
    const taken = await chosenOf(world, {
      title: safe`Texts`,
      items: texts(walk),
      line: ({ name }) => escapeText(name),
      question: 'Which',
    });
    if (taken !== undefined) await world.io.write(`\n${taken.text}\n`);
    return walk;
  },
});

export const TAKING: readonly WalkAction[] = [
  {
    label: 'mark events, or take their marks away',
    place: 'events',
    when: walk => eventsIn(stepOf(walk)).length > 0,
    async run(walk, { io }) {
      const { events: here, first, last } = numberedHere(walk);
      const text = await io.prompts.input(`Which events, ${first} to ${last}, such as ${first} ${last}`);
      const events = text.split(/[ ,]+/).map(word => here[Number(word) - first]);
      const known = events.filter(event => event !== undefined);
      if (known.length < events.length)
        await io.write(`Of ${escapeText(text)} not all are here; nothing is marked.\n`);
      const next = known.length < events.length ? walk : toggled(walk, known);
      await io.write(`${next.marked.size} marked.\n`);
      return next;
    },
  },
  {
    label: 'mark it, or take the mark away',
    place: 'event',
    async run(walk, { io }) {
      const next = walk.event === undefined ? walk : toggled(walk, [walk.event]);
      await io.write(`${next.marked.size} marked.\n`);
      return next;
    },
  },
  copy('events'),
  copy('event'),
  {
    label: 'everything of this view to a file',
    place: 'events',
    async run(walk, { io, client }) {
      const file = await io.prompts.input('A new file, .jsonl or .csv');
      let said = 0;
      const written = await exportEvents({
        ...{ client, file, filter: stepOf(walk).filter },
        signal: new AbortController().signal,
        onProgress(done) {
          if (done - said < PROGRESS) return;
          said = done;
          void io.write(`${done.toLocaleString('en-US')} events so far.\n`);
        },
      });
      await io.write(`${escapeText(file)} has ${written.toLocaleString('en-US')} events.\n`);
      return walk;
    },
  },
];
