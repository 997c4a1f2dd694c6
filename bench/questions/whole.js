// What does it take to read the whole log, to export it and to verify it, and do those notice it who change records
// meanwhile?
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startDaemonSite } from '../harness/daemon-site.js';
import { CONNECTIONS } from '../harness/load.js';
import { median } from '../harness/numbers.js';
import { PROGRAM, startProgram } from '../harness/program.js';
import { inTurns, ratio } from '../harness/turns.js';

const MIB = 1024 * 1024;
const NEWLINE = 10;

/** How often the daemon's memory is looked at, in milliseconds. */
const LOOK_MS = 250;

const EXPORT = ['audit', 'export'];
const VERIFY = ['audit', 'verify', '--json'];

/** @param {import('../run.js').Bench} bench */
export async function whole(bench) {
  const log = await bench.log(bench.sizes.log);
  const site = await startDaemonSite({ home: log.home, start: () => startProgram(log.home) });
  bench.cleanup.add(() => site.stop());
  await site.furnish();
  const client = await clientOf(site, log.home);
  const events = await site.settled();
  const shownEvents = log.size.toLocaleString('en-US');
  const idle = (await site.usage()).rssBytes;

  const exported = await timed(site, () => client.run(EXPORT));
  if (exported.lines < events) throw new Error(`${exported.lines} of ${events} events were exported.`);
  const verified = await timed(site, () => client.run(VERIFY));
  const p99 = await producers(bench, site, client);
  return [
    {
      what: `audit export of ${shownEvents} as JSON lines, the whole command`,
      value: exported.lines / exported.seconds,
      unit: 'events/s',
      reach: { atLeast: 100_000 },
    },
    {
      what: '  the daemon’s memory above idle',
      value: (exported.highest - idle) / MIB,
      unit: 'MiB',
      reach: { atMost: 50 },
    },
    {
      what: `audit verify of ${shownEvents}, the whole command`,
      value: events / verified.seconds,
      unit: 'events/s',
      reach: { atLeast: 60_000 },
    },
    { what: '  the daemon’s memory above idle', value: (verified.highest - idle) / MIB, unit: 'MiB' },
    { what: 'PATCH at half of the highest rate, p99', value: median(p99.alone), unit: 'ms' },
    {
      what: '  while one client exports the log and another verifies it / alone',
      ...ratio(p99.beside, p99.alone),
      unit: 'times',
      reach: { atMost: 2 },
    },
  ];
}

/** p99 of PATCH with nothing beside it, and while the log is exported and verified over and over. */
async function producers(bench, site, client) {
  const load = await bench.load();
  const { rate: highest } = await load.run(site, 'patch', { amount: 100 * CONNECTIONS });
  const rate = Math.floor(highest / 2);
  const amount = Math.ceil((rate * bench.sizes.secondsPerTurn * 2) / CONNECTIONS) * CONNECTIONS;
  const measure = async () => {
    await site.settled();
    return (await load.run(site, 'patch', { amount, rate })).p99;
  };
  return inTurns(
    {
      alone: measure,
      async beside() {
        const readers = [EXPORT, VERIFY].map(args => client.runUntilStopped(args));
        try {
          return await measure();
        } finally {
          await Promise.all(readers.map(reader => reader.stop()));
        }
      },
    },
    Math.min(5, bench.sizes.rounds),
  );
}

/** Runs `step`, and gives its lines, how long it took, and the most memory that the daemon had meanwhile. */
async function timed(site, step) {
  let highest = 0;
  const watch = setInterval(async () => {
    highest = Math.max(highest, (await site.usage()).rssBytes);
  }, LOOK_MS);
  const began = performance.now();
  const lines = await step();
  const seconds = (performance.now() - began) / 1000;
  clearInterval(watch);
  return { lines, seconds, highest: Math.max(highest, (await site.usage()).rssBytes) };
}

/** The command line as an auditor has it. */
async function clientOf(site, home) {
  const { token } = await site.api('POST', '/v1/tokens', {
    name: 'auditor of the bench',
    role: 'auditor',
    expiresAt: Date.now() + 3_600_000,
  });
  const env = {
    ...process.env,
    WHODID_HOME: home,
    XDG_CONFIG_HOME: home,
    WHODID_TOKEN: token,
    WHODID_URL: site.url,
  };
  const start = args =>
    spawn(process.execPath, [PROGRAM, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });

  /** @returns how many lines it wrote */
  async function run(args, child = start(args)) {
    let lines = 0;
    let said = '';
    child.stderr.setEncoding('utf8').on('data', text => {
      said += text;
    });
    child.stdout.on('data', chunk => {
      for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) lines += 1;
    });
    const [status, signal] = await once(child, 'close');
    if (status !== 0 && signal === null)
      throw new Error(`whodid ${args.join(' ')} ended with ${status}: ${said}`);
    return lines;
  }

  return {
    run: args => run(args),
    /** Runs it again and again. */
    runUntilStopped(args) {
      let stopped = false;
      let child;
      const running = (async () => {
        while (!stopped) {
          child = start(args);
          await run(args, child);
        }
      })();
      return {
        async stop() {
          stopped = true;
          child.kill('SIGKILL');
          await running;
        },
      };
    },
  };
}
