// While a thousand events a second come in: keys, what following takes, and a terminal that stalls for ten seconds.
import { setTimeout as delay } from 'node:timers/promises';
import { keyFigures } from './player.js';
import { processorMs, residentMib } from './process-usage.js';

const RATE = 1000;
const KEY_MS = 16;
const STALL_MS = 10_000;
const MORE_MIB = 10;

export async function followed({ player, terminal, daemon, isQuick, report, heapMib }) {
  const endReport = await report(RATE);
  await delay(2000);
  const watched = isQuick ? 5_000 : 20_000;
  const from = {
    processor: processorMs(terminal.pid),
    drawn: terminal.drawn().frames,
    at: performance.now(),
  };
  await delay(watched);
  const seconds = (performance.now() - from.at) / 1000;
  const busy = (processorMs(terminal.pid) - from.processor) / seconds;
  const framesASecond = (terminal.drawn().frames - from.drawn) / seconds;

  const keys = await player.keys(isQuick ? 60 : 300, index => player.key(index % 10 < 5 ? 'j' : 'k'), 50);
  const before = { heap: await heapMib(), explorer: residentMib(terminal.pid), daemon: residentMib(daemon) };
  const { bytes } = terminal.drawn();
  terminal.stall();
  await delay(STALL_MS);
  const stalled = { explorer: residentMib(terminal.pid), daemon: residentMib(daemon) };
  const processor = processorMs(terminal.pid);
  terminal.resume();
  const resumed = performance.now();
  await player.key('k');
  const answered = performance.now() - resumed;
  const caughtUp = processorMs(terminal.pid) - processor;
  const written = (terminal.drawn().bytes - bytes) / 1024;
  const after = await heapMib();
  await endReport();
  return [
    ...keyFigures(`a key, following ${RATE.toLocaleString('en-US')} events/s`, keys, KEY_MS),
    {
      what: `  processor time of the explorer for ${RATE.toLocaleString('en-US')} events, no keys`,
      value: (busy / RATE) * 1000,
      unit: 'ms',
    },
    { what: '  frames a second then', value: framesASecond, unit: '' },
    {
      what: 'the heap after a terminal that stalled for 10 s, following, more than before',
      value: after - before.heap,
      unit: 'MiB',
      reach: { atMost: MORE_MIB },
    },
    {
      what: '  memory of the explorer before; meanwhile',
      value: before.explorer,
      low: before.explorer,
      high: stalled.explorer,
      unit: 'MiB',
    },
    {
      what: '  memory of the daemon before; meanwhile',
      value: before.daemon,
      low: before.daemon,
      high: stalled.daemon,
      unit: 'MiB',
    },
    { what: '  until a key is answered after that', value: answered, unit: 'ms' },
    { what: '  processor time until then', value: caughtUp, unit: 'ms' },
    { what: '  written since the stall began', value: written, unit: 'KiB' },
  ];
}
