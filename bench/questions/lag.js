// How long after its acknowledgement is an event in the log, where queries find it?
import { setTimeout as delay } from 'node:timers/promises';
import { makeHome, startDaemonSite } from '../harness/daemon-site.js';
import { CONNECTIONS } from '../harness/load.js';
import { quantile } from '../harness/numbers.js';

/** Between two looks at how far the log is, in milliseconds. */
const LOOK_MS = 20;

/** @param {import('../run.js').Bench} bench */
export async function lag(bench) {
  const { home, remove } = await makeHome();
  bench.cleanup.add(remove);
  const site = await startDaemonSite({ home });
  bench.cleanup.add(() => site.stop());
  await site.furnish();
  const load = await bench.load();

  const seconds = bench.sizes.secondsPerTurn * bench.sizes.rounds;
  const { rate: warm } = await load.run(site, 'patch', { amount: 50 * CONNECTIONS });
  await site.settled();
  const amount = Math.ceil((warm * seconds) / CONNECTIONS) * CONNECTIONS;
  const { rate: highest } = await load.run(site, 'patch', { amount });
  const ended = performance.now();
  await site.settled();
  const drainedMs = performance.now() - ended;

  let running = true;
  const half = Math.floor(highest / 2);
  const loading = load
    .run(site, 'patch', { amount: Math.ceil((half * seconds) / CONNECTIONS) * CONNECTIONS, rate: half })
    .finally(() => {
      running = false;
    });
  const lags = [];
  while (running) {
    lags.push(await lagOf(site));
    await delay(LOOK_MS);
  }
  await loading;
  return [
    { what: 'highest rate of PATCH', value: highest, unit: 'requests/s' },
    {
      what: 'backlog stored after the load’s end, at the highest rate',
      value: drainedMs / 1000,
      unit: 's',
      reach: { atMost: 2 },
    },
    { what: 'lag at half of that rate, p50', value: quantile(lags, 0.5), unit: 'ms' },
    {
      what: 'lag at half of that rate, p99',
      value: quantile(lags, 0.99),
      unit: 'ms',
      reach: { atMost: 100 },
    },
  ];
}

/** Makes a change of our own and asks, until a query that does not hurry the logger finds it. */
async function lagOf(site) {
  const before = await site.api('GET', '/v1/status');
  const acknowledged = performance.now();
  const wanted = before.storedSeq + before.backlog;
  for (;;) {
    const { storedSeq } = await site.api('GET', '/v1/status');
    if (storedSeq >= wanted) return performance.now() - acknowledged;
    await delay(1);
  }
}
