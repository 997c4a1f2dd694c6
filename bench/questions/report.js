// How fast do another program's events come in through `audit report`, and all of them out again?
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { openIndexedEvents } from '../baselines/indexed-events.js';
import { makeHome, startDaemonSite } from '../harness/daemon-site.js';
import { eventOf } from '../harness/events.js';
import { PROGRAM } from '../harness/program.js';

const BATCH = 1_000;

/** An event as another program reports it. */
function reported(n, size) {
  const { source: _source, schemaVersion: _version, ...event } = eventOf(n, size);
  return { ...event, targetType: 'files' };
}

/** @param {import('../run.js').Bench} bench */
export async function report(bench) {
  const { home, remove } = await makeHome();
  bench.cleanup.add(remove);
  const site = await startDaemonSite({ home });
  bench.cleanup.add(() => site.stop());
  const { loaded } = bench.sizes;
  const file = `${home}/../events.jsonl`;
  await writeEvents(file, loaded);
  const { token } = await site.api('POST', '/v1/tokens', {
    name: 'reporter',
    role: 'reporter',
    expiresAt: Date.now() + 3_600_000,
    actorTypes: ['users'],
    targetTypes: ['files'],
  });
  const before = await site.settled();
  const idle = (await site.usage()).rssBytes;
  let highest = idle;
  const watch = setInterval(async () => {
    highest = Math.max(highest, (await site.usage()).rssBytes);
  }, 250);
  const began = performance.now();
  await run(['audit', 'report', file], {
    WHODID_URL: site.url,
    WHODID_TOKEN: token,
    WHODID_HOME: home,
    XDG_CONFIG_HOME: home,
  });
  const stored = (await site.settled()) - before;
  const seconds = (performance.now() - began) / 1000;
  clearInterval(watch);
  if (stored < loaded) throw new Error(`${stored} of ${loaded} reported events were stored.`);

  const raw = openIndexedEvents(`${home}/../raw.db`);
  bench.cleanup.add(() => raw.close());
  const rawBegan = performance.now();
  for (let from = 1; from <= loaded; from += BATCH) {
    const count = Math.min(BATCH, loaded - from + 1);
    raw.insertBatch(Array.from({ length: count }, (_, index) => eventOf(from + index, loaded)));
  }
  const rawSeconds = (performance.now() - rawBegan) / 1000;
  return [
    {
      what: `audit report of ${loaded.toLocaleString('en-US')} events, until all are stored`,
      value: loaded / seconds,
      unit: 'events/s',
      reach: { atLeast: 20_000 },
    },
    {
      what: '  over plain inserts in batches of 1,000, an index for every filter',
      value: rawSeconds / seconds,
      unit: 'times',
      reach: { atLeast: 0.4 },
    },
    {
      what: '  memory above idle',
      value: (highest - idle) / 1024 / 1024,
      unit: 'MiB',
      reach: { atMost: 50 },
    },
  ];
}

async function writeEvents(file, count) {
  const out = createWriteStream(file);
  for (let n = 1; n <= count; n += 1) {
    if (!out.write(`${JSON.stringify(reported(n, count))}\n`)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

async function run(args, env) {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [status] = await once(child, 'exit');
  if (status !== 0) throw new Error(`whodid ${args.join(' ')} ended with ${status}.`);
}
