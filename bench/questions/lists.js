// What does a list cost, of which each record is a view of its own?
import { setTimeout as delay } from 'node:timers/promises';
import { makeHome, startDaemonSite } from '../harness/daemon-site.js';
import { CONNECTIONS } from '../harness/load.js';
import { inTurns, ratio } from '../harness/turns.js';

const ROWS = 50;

/** @param {import('../run.js').Bench} bench */
export async function lists(bench) {
  const sides = {};
  for (const [side, recording] of [
    ['audited', 'durable'],
    ['silent', 'silent'],
  ]) {
    const { home, remove } = await makeHome();
    bench.cleanup.add(remove);
    sides[side] = await startDaemonSite({ home, recording });
    bench.cleanup.add(() => sides[side].stop());
    await sides[side].furnish();
  }
  const load = await bench.load();
  const { rate } = await load.run(sides.audited, 'list', { amount: 10 * CONNECTIONS });
  const amount = Math.ceil((rate * bench.sizes.burstSeconds) / CONNECTIONS) * CONNECTIONS;
  const sustained = [];
  const turns = {
    async audited() {
      const before = await sides.audited.settled();
      const began = performance.now();
      const result = await load.run(sides.audited, 'list', { amount });
      const after = await sides.audited.settled();
      if (after - before !== amount * ROWS)
        throw new Error(`${amount} lists left ${after - before} events in the log.`);
      // From the first request until the last view is in the log: at this rate the backlog does not grow.
      sustained.push((amount * ROWS) / ((performance.now() - began) / 1000));
      await delay(100);
      return result.rate;
    },
    silent: async () => (await load.run(sides.silent, 'list', { amount })).rate,
  };
  const measured = await inTurns(turns, Math.min(3, bench.sizes.rounds));
  return [
    {
      what: `list of ${ROWS}, audited / the same daemon without a log, in a burst of ${bench.sizes.burstSeconds} s`,
      ...ratio(measured.audited, measured.silent),
      unit: 'times',
      reach: { atLeast: 0.5 },
    },
    { what: 'rows shown and stored as views', value: Math.max(...sustained), unit: 'rows/s' },
  ];
}
