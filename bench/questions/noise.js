// How noisy is this machine? The same daemon against itself (A/A): what its ratio is away from 1, no other ratio
// can be trusted to.
import { makeHome, startDaemonSite } from '../harness/daemon-site.js';
import { CONNECTIONS } from '../harness/load.js';
import { inTurns, ratio } from '../harness/turns.js';

/** @param {import('../run.js').Bench} bench */
export async function noise(bench) {
  const { home, remove } = await makeHome();
  bench.cleanup.add(remove);
  const site = await startDaemonSite({ home });
  bench.cleanup.add(() => site.stop());
  await site.furnish();
  const load = await bench.load();
  const { rate } = await load.run(site, 'get', { amount: 50 * CONNECTIONS });
  const amount = Math.ceil((rate * bench.sizes.secondsPerTurn) / CONNECTIONS) * CONNECTIONS;
  const turn = async () => {
    await site.settled();
    return (await load.run(site, 'get', { amount })).rate;
  };
  const { a, b } = await inTurns({ a: turn, b: turn }, bench.sizes.rounds);
  return [{ what: 'GET, a daemon / itself', ...ratio(a, b), unit: 'times' }];
}
