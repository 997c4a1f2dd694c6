// Following in lines: each new event is a sentence more, until something is typed.
import { Problem } from '../../shared/problem.js';
import { escapeText } from '../output/escape.js';
import type { WalkAction, WalkWorld } from './action.js';
import { eventSentence } from './sentences.js';
import { stepOf, type Walk } from './walk.js';

/** Reads out what is stored after `afterSeq` until it is stopped. */
async function readOut(
  walk: Walk,
  { io, client, clock, flags }: WalkWorld,
  { stop, afterSeq }: { stop: AbortSignal; afterSeq: number },
): Promise<void> {
  const events = client.audit.follow(stepOf(walk).filter, {
    signal: stop,
    afterSeq,
    onLost: () => void io.write('The connection is lost; it is tried again.\n'),
  });
  try {
    for await (const event of events) await io.write(`${eventSentence(event, clock(), flags)}\n`);
  } catch (error) {
    if (stop.aborted) return;
    if (!(error instanceof Problem)) throw error;
    await io.write(`${escapeText(error.message)}\n`);
  }
}

export const FOLLOWING: readonly WalkAction[] = [
  {
    label: 'new events as they come',
    place: 'events',
    async run(walk, world) {
      const stop = new AbortController();
      // What is stored while the connection is made is not to be missed.
      const { storedSeq } = await world.client.status();
      const reading = readOut(walk, world, { stop: stop.signal, afterSeq: storedSeq });
      // What goes wrong is thrown when the question has been answered.
      reading.catch(() => undefined);
      try {
        await world.io.prompts.input('New events are read out as they come. Type 0 to stop');
      } finally {
        stop.abort();
        await reading;
      }
      return walk;
    },
  },
];
