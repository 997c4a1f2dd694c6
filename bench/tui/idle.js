// Nobody presses a key and nothing happens: what the explorer takes then.
import { setTimeout as delay } from 'node:timers/promises';
import { processorMs } from './process-usage.js';

/**
 * What has just happened counts its age in seconds for a minute, and is drawn again for that; and half a minute after
 * the last of it V8 collects once what the work before has left behind.
 */
const SETTLE_MS = 120_000;

export async function idle({ terminal, isQuick }) {
  const began = processorMs(terminal.pid);
  await delay(SETTLE_MS);
  const watched = isQuick ? 20_000 : 60_000;
  const before = processorMs(terminal.pid);
  const { frames } = terminal.drawn();
  await delay(watched);
  const used = processorMs(terminal.pid) - before;
  return [
    {
      what: `idle for ${watched / 1000} s, of a core`,
      value: (used / watched) * 100,
      unit: '%',
      reach: { atMost: 0.1 },
    },
    { what: '  processor time', value: used, unit: 'ms' },
    { what: '  frames', value: terminal.drawn().frames - frames, unit: '' },
    { what: `  processor time of the ${SETTLE_MS / 1000} s before`, value: before - began, unit: 'ms' },
  ];
}
