// The tables and the explorer for screen readers (WHODID_ACCESSIBLE): lines are added and never drawn again. Events are
// read out as numbered sentences, then what can be done as numbered choices, then one is asked for.
import type { AuditFilter } from '../../shared/audit-filter.js';
import type { Client } from '../../shared/client.js';
import type { ClientPaths } from '../../shared/paths.js';
import { Problem } from '../../shared/problem.js';
import type { Order } from '../../shared/vocabulary.js';
import type { Io } from '../io.js';
import { escapeText, safe } from '../output/escape.js';
import type { TimeFlags } from '../output/times.js';
import { detailLines } from '../tui/events/detail-lines.js';
import type { WalkWorld } from './action.js';
import { WALK_ACTIONS } from './actions.js';
import { chosenAmong } from './choosing.js';
import { eventSentence } from './sentences.js';
import { countBefore, eventsIn, openStep, stepOf, type Walk } from './walk.js';

export interface WalkOptions {
  io: Io;
  client: Client;
  clock: () => number;
  /** What is shown first, and what it is called. */
  filter: AuditFilter;
  label: string;
  order: Order | undefined;
  flags: TimeFlags;
  /** Where views are kept. */
  config: Pick<ClientPaths, 'dir'>;
  /** Nothing can be changed. */
  readOnly: boolean;
}

/** Until one leaves. @throws Exit with 130 for Ctrl-C; Problem when the first question fails */
export async function walkLog({
  io,
  client,
  clock,
  filter,
  label,
  flags,
  config,
  readOnly,
  ...rest
}: WalkOptions): Promise<void> {
  const me = await client.me();
  const world: WalkWorld = { io, client, clock, config, me, readOnly, flags };
  const first = await openStep(client, { label, filter, order: rest.order ?? 'desc' });
  let walk: Walk = { path: [first], event: undefined, marked: new Map(), left: false };
  let shown: unknown;
  await io.write('\nWhat is chosen is typed as its number, or as a word of it.\n');
  while (!walk.left) {
    const here = walk.event ?? stepOf(walk).pages.at(-1);
    // What was just read out is not read out again.
    if (here !== shown) await io.write(placeText(walk, { now: clock(), width: io.width, flags }));
    shown = here;
    walk = await chosen(walk, world);
  }
}

function placeText(
  walk: Walk,
  { now, width, flags }: { now: number; width: number; flags: TimeFlags },
): string {
  const { event } = walk;
  if (event !== undefined) {
    const lines = detailLines({ event, related: undefined, columns: width, now, colour: false });
    const facts = event.requestId === undefined ? lines : lines.slice(0, -2);
    return `\nEvent ${event.seq}\n${facts.map(line => `${line.trimEnd()}\n`).join('')}`;
  }
  const step = stepOf(walk);
  const events = eventsIn(step);
  const before = countBefore(step);
  const names = walk.path.map(one => escapeText(one.label)).join(', then ');
  if (events.length === 0) return `\n${names}: no event matches.\n`;
  const order = step.order === 'desc' ? 'newest first' : 'oldest first';
  const more = step.pages.at(-1)?.next === null ? 'no further ones' : 'there are more';
  const title = `${names}: events ${before + 1} to ${before + events.length}, ${order}, ${more}.`;
  const sentences = events.map((one, index) => `${before + index + 1}. ${eventSentence(one, now, flags)}\n`);
  return `\n${title}\n${sentences.join('')}`;
}

/** Asks what to do next, and does it. */
async function chosen(walk: Walk, world: WalkWorld): Promise<Walk> {
  const { io } = world;
  const place = walk.event === undefined ? 'events' : 'event';
  const offered = WALK_ACTIONS.filter(
    action => action.place === place && action.when?.(walk, world) !== false,
  );
  const answer = await chosenAmong(world, {
    title: safe`Choices:`,
    items: offered,
    line: ({ label }) => escapeText(label),
    question: 'Choice',
    none: safe`leave`,
  });
  if ('typed' in answer) {
    if (answer.typed === '0') return { ...walk, left: true };
    await io.write(`${escapeText(answer.typed)} is not among the choices.\n`);
    return walk;
  }
  try {
    return await answer.item.run(walk, world);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    await io.write(`${escapeText(error.message)}\n`);
    return walk;
  }
}
