// A key whose rows are loaded, and one that needs a page: to the other end of the log, and into a query of its own.
import { setTimeout as delay } from 'node:timers/promises';
import { keyFigures, timeFigure } from './player.js';

const KEY_MS = 16;
const PAGE_MS = 50;
/** What follows a cursor that rests has been asked and answered. */
const REST_MS = 250;

export async function loaded({ player, isQuick }) {
  const count = isQuick ? 100 : 400;
  const upAndDown = index => player.key(index % 60 < 30 ? 'j' : 'k');
  await player.keys(60, upAndDown);
  const one = await player.keys(count, upAndDown);

  const far = isQuick ? 10 : 40;
  await player.keys(3, toTheEnd);
  const end = await player.keys(far, toTheEnd, 0);
  await player.key('g');
  const known = [];
  const step = await player.keys(far, intoItsTarget, 0);
  await player.key('g');
  return [
    ...keyFigures('a key, rows loaded', one, KEY_MS),
    ...keyFigures('to the other end of the log, a page to fetch', end, PAGE_MS),
    ...keyFigures('to all that happened to the target of an event', step, PAGE_MS),
    timeFigure('  until the event itself is shown there', known, KEY_MS),
  ];

  /** Only the way to the end fetches: the newest stay at hand, and the last that is loaded is passed on the way. */
  async function toTheEnd() {
    await player.key('g\u001b[6~');
    await delay(REST_MS);
    const ms = await player.key('G', () => player.place() === 1);
    await delay(REST_MS);
    return ms;
  }

  async function intoItsTarget() {
    await player.key('j');
    await delay(REST_MS);
    const from = performance.now();
    let first;
    const ms = await player.key('t', frame => {
      if (/everything › /.test(frame)) first ??= performance.now() - from;
      return /Events ━+ [\d,]+\//.test(frame);
    });
    known.push(first);
    await delay(REST_MS);
    await player.key('\u007f', frame => frame.includes('Events ━'));
    await delay(REST_MS);
    return ms;
  }
}
