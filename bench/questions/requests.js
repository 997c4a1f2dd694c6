// What does auditing cost a request? The daemon against itself when it records nothing, against what one writes in
// an afternoon, and against a bare route, under the same load and in turns.
import { makeHome, startDaemonSite } from '../harness/daemon-site.js';
import { CONNECTIONS } from '../harness/load.js';
import { median } from '../harness/numbers.js';
import { startServer } from '../harness/server.js';
import { inTurns, ratio } from '../harness/turns.js';

/** Events that a request makes: an answer that shows the record is a view of it. */
const EVENTS = { get: 1, patch: 2, post: 2 };

/** Requests that warm a server up and show about how fast it is. */
const WARM_UP = 50 * CONNECTIONS;

const RATIOS = [
  { kind: 'get', over: 'silent', reach: { atLeast: 0.75 } },
  { kind: 'patch', over: 'silent', reach: { atLeast: 0.8 } },
  { kind: 'post', over: 'silent', reach: { atLeast: 0.8 } },
  { kind: 'get', side: 'relaxed', over: 'silent', reach: { atLeast: 0.9 } },
  { kind: 'get', over: 'afternoon', reach: { atLeast: 4 } },
  { kind: 'patch', over: 'afternoon', reach: { atLeast: 3 } },
  { kind: 'patch', over: 'unaudited', reach: { atLeast: 2.5 } },
  { kind: 'post', over: 'unaudited', reach: { atLeast: 2.5 } },
  { kind: 'get', over: 'bare', reach: { atLeast: 0.35 } },
  { kind: 'patch', over: 'bare', reach: { atLeast: 0.25 } },
  { kind: 'post', over: 'bare', reach: { atLeast: 0.25 } },
];

const NAMES = {
  audited: 'audited',
  relaxed: 'audited with relaxed views',
  silent: 'the same daemon without a log',
  afternoon: 'an afternoon’s server, audited',
  unaudited: 'an afternoon’s server, unaudited',
  bare: 'a bare route (GET)',
};

/** @param {import('../run.js').Bench} bench */
export async function requests(bench) {
  const sides = await startSides(bench);
  const load = await bench.load();
  const figures = [];
  for (const kind of /** @type {const} */ (['get', 'patch', 'post'])) {
    const costs = {};
    const measured = await inTurns(await turnsOf(kind, costs), bench.sizes.rounds);
    for (const [side, rates] of Object.entries(measured)) {
      figures.push({
        what: `${kind.toUpperCase()}, ${NAMES[side]}`,
        value: median(rates),
        unit: 'requests/s',
      });
      figures.push({
        what: `  processor time of one, ${NAMES[side]}`,
        value: median(costs[side]),
        unit: 'µs',
      });
    }
    for (const { side = 'audited', over, reach, ...one } of RATIOS) {
      if (one.kind !== kind) continue;
      const what = `${kind.toUpperCase()}, ${NAMES[side]} / ${NAMES[over]}`;
      figures.push({ what, ...ratio(measured[side], measured[over]), unit: 'times', reach });
      if (over !== 'silent') continue;
      const value = median(costs[over]) / median(costs[side]);
      figures.push({ what: `  the same in processor time`, value, unit: 'times' });
    }
  }
  return figures;

  /** One measurement of each side for one kind of request. */
  async function turnsOf(kind, costs) {
    const turns = {};
    for (const [side, { server, site, settled }] of Object.entries(sides)) {
      if (side === 'relaxed' && kind !== 'get') continue;
      const asked = side === 'bare' ? 'get' : kind;
      const { rate } = await load.run(site, asked, { amount: WARM_UP });
      const perTurn = Math.ceil((rate * bench.sizes.secondsPerTurn) / CONNECTIONS) * CONNECTIONS;
      costs[side] = [];
      turns[side] = async () => {
        const before = { events: await settled(), ...(await server.usage()) };
        const result = await load.run(site, asked, { amount: perTurn });
        const events = (await settled()) - before.events;
        const expected = side === 'audited' || side === 'relaxed' ? perTurn * EVENTS[kind] : 0;
        if (events !== expected)
          throw new Error(`${perTurn} answers (${kind}) left ${events} events in the log.`);
        costs[side].push(((await server.usage()).cpuUs - before.cpuUs) / perTurn);
        return result.rate;
      };
    }
    return turns;
  }
}

/** Starts every side; `settled` gives the number of events once they are all in the log. */
async function startSides(bench) {
  const sides = {};
  for (const [side, recording] of [
    ['audited', 'durable'],
    ['relaxed', 'relaxed'],
    ['silent', 'silent'],
  ]) {
    const { home, remove } = await makeHome();
    bench.cleanup.add(remove);
    const site = await startDaemonSite({ home, recording });
    bench.cleanup.add(() => site.stop());
    await site.furnish();
    sides[side] = { server: site, site, settled: () => site.settled() };
  }
  const baselines = [
    ['afternoon', 'baselines/afternoon.js', ['audited']],
    ['unaudited', 'baselines/afternoon.js', ['unaudited']],
    ['bare', 'baselines/bare-route.js', []],
  ];
  for (const [side, file, args] of baselines) {
    const server = await startServer(file, args);
    bench.cleanup.add(() => server.stop());
    sides[side] = { server, site: server.facts, settled: async () => 0 };
  }
  return sides;
}
