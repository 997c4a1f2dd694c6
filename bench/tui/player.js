// Who sits at a terminal of the bench: presses keys, and knows by what the screen says of where one is, which nothing
// but a key changes, when a key has done what it does.
import { setTimeout as delay } from 'node:timers/promises';
import { median, quantile } from '../harness/numbers.js';
import { processorMs } from './process-usage.js';

/** A key that does nothing for so long is a fault; a disk that others write to can hold a query for seconds. */
const PATIENCE_MS = 60_000;
/** Between two keys, as of somebody who holds a key down. */
const PAUSE_MS = 15;

/**
 * @param {import('./pseudo-terminal.js').PseudoTerminal} terminal
 * @param {RegExp} where finds in a frame, in its first group, the number of the event or row under the cursor; global
 */
export function createPlayer(terminal, where) {
  let place;
  let waiting;
  terminal.onFrame(frame => {
    const found = [...frame.matchAll(where)].at(-1)?.[1];
    const moved = found !== undefined && found !== place;
    if (moved) place = found;
    waiting?.(frame, moved);
  });

  /** Waits for a frame that shows something. @returns when it was there @throws Error when it does not come */
  async function until(shows, after = 'being started') {
    let patience;
    try {
      return await new Promise((resolve, reject) => {
        patience = setTimeout(() => reject(new Error(`No answer to ${after} at ${place}.`)), PATIENCE_MS);
        waiting = (frame, moved) => shows(frame, moved) && resolve(performance.now());
      });
    } finally {
      clearTimeout(patience);
      waiting = undefined;
    }
  }

  /** @returns milliseconds until it is shown that another event is selected, or what `shows` says */
  async function key(text, shows = (_frame, moved) => moved) {
    const from = performance.now();
    const shown = until(shows, JSON.stringify(text));
    terminal.type(text);
    return (await shown) - from;
  }

  return {
    until,
    key,
    press: text => terminal.type(text),
    /** The number under the cursor, as the screen had it last. */
    place: () => Number(place?.replaceAll(',', '')),

    /**
     * Presses keys one after another.
     * @param {number | (() => boolean)} enough how many, or whether it was enough
     * @param {(index: number) => Promise<number>} press
     * @returns {Promise<{ times: number[], processorMs: number, bytes: number }>} processor time and bytes written for each
     */
    async keys(enough, press, pauseMs = PAUSE_MS) {
      const times = [];
      const before = processorMs(terminal.pid);
      const { bytes } = terminal.drawn();
      while (typeof enough === 'number' ? times.length < enough : !enough()) {
        times.push(await press(times.length));
        await delay(pauseMs);
      }
      return {
        times,
        processorMs: (processorMs(terminal.pid) - before) / times.length,
        bytes: (terminal.drawn().bytes - bytes) / times.length,
      };
    },
  };
}

/** What keys took, as figures. @param {number} mostMs what p95 is to be */
export function keyFigures(what, { times, processorMs: each, bytes }, mostMs) {
  return [
    timeFigure(what, times, mostMs),
    { what: '  median', value: median(times), low: Math.min(...times), high: Math.max(...times), unit: 'ms' },
    { what: '  processor time of the program for each', value: each, unit: 'ms' },
    { what: '  written for each', value: bytes / 1024, unit: 'KiB' },
  ];
}

/** @param {number} mostMs what p95 is to be */
export function timeFigure(what, times, mostMs) {
  return {
    what: `${what}, p95 of ${times.length}`,
    value: quantile(times, 0.95),
    unit: 'ms',
    reach: { atMost: mostMs },
  };
}
