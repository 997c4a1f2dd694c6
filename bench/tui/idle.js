// Nobody presses a key and nothing happens: what the explorer takes then.
import { setTimeout as delay } from 'node:timers/promises';
import { processorMs } from './process-usage.js';

/** What has just happened counts its age in seconds for a minute, and is drawn again for that. */
const SETTLE_MS = 65_000;

export async function idle({ terminal, isQuick }) {
  await delay(SETTLE_MS);
  const watched = isQuick ? 10_000 : 30_000;
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
  ];
}
