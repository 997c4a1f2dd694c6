// How much disk and memory does a log take, and how soon is a daemon ready on it?
import { startDaemonSite } from '../harness/daemon-site.js';
import { CONNECTIONS } from '../harness/load.js';
import { median } from '../harness/numbers.js';
import { startProgram } from '../harness/program.js';

const MIB = 1024 * 1024;

/** @param {import('../run.js').Bench} bench */
export async function size(bench) {
  const log = await bench.log(bench.sizes.log);
  const events = log.size.toLocaleString('en-US');

  const starts = [];
  for (let round = 0; round < bench.sizes.rounds; round += 1) {
    const server = await startProgram(log.home);
    starts.push(server.facts.startedInMs);
    await server.stop();
  }

  const site = await startDaemonSite({ home: log.home, start: () => startProgram(log.home) });
  bench.cleanup.add(() => site.stop());
  const idle = (await site.usage()).rssBytes;
  await site.furnish();
  const load = await bench.load();
  const { rate } = await load.run(site, 'patch', { amount: 50 * CONNECTIONS });
  const amount = Math.ceil((rate * bench.sizes.burstSeconds) / CONNECTIONS) * CONNECTIONS;
  await load.run(site, 'patch', { amount });
  const loaded = (await site.usage()).rssBytes;
  await site.settled();

  return [
    {
      what: `audit.db over its events as compact JSON, of ${events}`,
      value: log.fileBytes / log.jsonBytes,
      unit: 'times',
      reach: { atMost: 1 },
    },
    { what: 'audit.db, an event', value: log.fileBytes / log.size, unit: 'bytes' },
    {
      what: `whodid daemon start, until it is ready, with ${events}`,
      value: median(starts) / 1000,
      unit: 's',
      reach: { atMost: 1 },
    },
    { what: `memory with ${events}, idle`, value: idle / MIB, unit: 'MiB', reach: { atMost: 150 } },
    {
      what: `memory with ${events}, under the load of PATCH`,
      value: loaded / MIB,
      unit: 'MiB',
      reach: { atMost: 250 },
    },
  ];
}
