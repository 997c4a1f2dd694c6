// Who sits at the terminal of the bench: presses keys, and knows by the number of the event in the detail pane, which
// nothing but a key changes, when a key has done what it does.
import { setTimeout as delay } from 'node:timers/promises';
import { median, quantile } from '../harness/numbers.js';
import { processorMs } from './process-usage.js';

/** The title of the detail pane. */
const SELECTED = /Event ([\d,]+) ─/g;
/** A key that does nothing for so long is a fault. */
const PATIENCE_MS = 10_000;
/** Before a key is pressed again. */
const AGAIN_MS = 100;
/** Between two keys, as of somebody who holds a key down. */
const PAUSE_MS = 15;

/** @param {import('./pseudo-terminal.js').PseudoTerminal} terminal */
export function createPlayer(terminal) {
  let selected;
  let waiting;
  terminal.onFrame(frame => {
    const found = [...frame.matchAll(SELECTED)].at(-1)?.[1];
    const moved = found !== undefined && found !== selected;
    if (moved) selected = found;
    waiting?.(frame, moved);
  });

  /** Waits for a frame that shows something. @returns when it was there @throws Error when it does not come */
  async function until(shows) {
    let patience;
    try {
      return await new Promise((resolve, reject) => {
        patience = setTimeout(() => reject(new Error('The explorer does not answer.')), PATIENCE_MS);
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
    const shown = until(shows);
    terminal.type(text);
    return (await shown) - from;
  }

  /** The same for a key that does nothing where the rows end that are loaded: it is pressed again, as one would. */
  async function keyUntilMoved(text) {
    const again = setInterval(() => terminal.type(text), AGAIN_MS);
    try {
      return await key(text);
    } finally {
      clearInterval(again);
    }
  }

  return {
    until,
    key,
    keyUntilMoved,
    press: text => terminal.type(text),

    /**
     * Presses keys one after another.
     * @param {(index: number) => Promise<number>} press
     * @returns {Promise<{ times: number[], processorMs: number, bytes: number }>} processor time and bytes written for each
     */
    async keys(count, press, pauseMs = PAUSE_MS) {
      const times = [];
      const before = processorMs(terminal.pid);
      const { bytes } = terminal.drawn();
      for (let index = 0; index < count; index += 1) {
        times.push(await press(index));
        await delay(pauseMs);
      }
      return {
        times,
        processorMs: (processorMs(terminal.pid) - before) / count,
        bytes: (terminal.drawn().bytes - bytes) / count,
      };
    },
  };
}

/** What keys took, as figures. @param {number} mostMs what p95 is to be */
export function keyFigures(what, { times, processorMs: each, bytes }, mostMs) {
  return [
    {
      what: `${what}, p95 of ${times.length}`,
      value: quantile(times, 0.95),
      unit: 'ms',
      reach: { atMost: mostMs },
    },
    { what: '  median', value: median(times), low: Math.min(...times), high: Math.max(...times), unit: 'ms' },
    { what: '  processor time of the explorer for each', value: each, unit: 'ms' },
    { what: '  written for each', value: bytes / 1024, unit: 'KiB' },
  ];
}
