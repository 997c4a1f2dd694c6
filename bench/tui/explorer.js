// How fast the explorer answers keys, and what it takes: key to write at 200×50, with rows loaded and with a page to
// fetch; memory while scrolling; keys while 1,000 events a second come in; a terminal that stalls; idling.
//
//   npm run bench:tui -- [events in the log, 100000] [rows to scroll through, 20000]
//
// The daemon and the reporter are processes of their own; the terminal is a stand-in that notes when it is written to.
import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

process.env.NODE_ENV = 'production';
const { createClient } = await import('#src/shared/client.js');
const PROGRAM = fileURLToPath(new URL('../../bin/whodid.js', import.meta.url));
const PASSWORD = 'correct horse battery';
const EMAIL = 'ada@example.com';
const BATCH = 1000;

function lines(from, count) {
  return Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      id: `b-${from + index}`,
      action: 'changed',
      timestamp: Date.now() - 1_000_000 + Math.floor((from + index) / 10),
      actorType: 'users',
      actorId: `u${(from + index) % 50}`,
      actorName: 'Ada Lovelace',
      targetType: 'files',
      targetId: `src/file-${(from + index) % 1000}.ts`,
      changes: { blob: { prev: `before ${from + index}`, next: `after ${from + index}` } },
      eventName: 'file.changed',
    }),
  ).join('\n');
}

if (process.argv[2] === '--report') {
  // The child that reports 1,000 events a second until it is killed.
  const [, , , path, token] = process.argv;
  const client = createClient({ endpoint: { kind: 'socket', path }, token: async () => token });
  for (let from = 1e9; ; from += 50) {
    const next = sleep(50);
    await client.audit.report(lines(from, 50));
    await next;
  }
}

const size = Number(process.argv[2] ?? 100_000);
const scrolled = Number(process.argv[3] ?? 20_000);
const dir = mkdtempSync(join(tmpdir(), 'whodid-bench-'));
const env = {
  ...process.env,
  WHODID_HOME: join(dir, 'home'),
  XDG_CONFIG_HOME: join(dir, 'config'),
  WHODID_LISTEN: '127.0.0.1:0',
};
const init = spawn(
  process.execPath,
  [PROGRAM, 'init', '--name', 'Ada', '--email', EMAIL, '--password-stdin'],
  { env, stdio: ['pipe', 'ignore', 'inherit'] },
);
init.stdin.end(PASSWORD);
await once(init, 'exit');
const daemon = spawn(process.execPath, [PROGRAM, 'daemon', 'run'], { env, stdio: 'ignore' });
const path = join(dir, 'home', 'whodid.sock');
const endpoint = { kind: 'socket', path };

/** Asks until the daemon is up. */
async function whenUp(work) {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries > 100) throw error;
      await sleep(200);
    }
  }
}

const summary = (name, times) => {
  const sorted = times.toSorted((a, b) => a - b);
  const at = part => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))].toFixed(1);
  console.log(
    `${name.padEnd(58)} p50 ${at(0.5).padStart(6)} ms   p95 ${at(0.95).padStart(6)} ms   (${times.length})`,
  );
};
const megabytes = () => {
  globalThis.gc?.();
  return (process.memoryUsage().rss / 2 ** 20).toFixed(0);
};

try {
  const anonymous = createClient({ endpoint });
  const { accessToken } = await whenUp(() => anonymous.sessions.create({ email: EMAIL, password: PASSWORD }));
  const client = createClient({ endpoint, token: async () => accessToken });
  const { token } = await client.tokens.create({
    name: 'bench',
    role: 'reporter',
    expiresAt: Date.now() + 3_600_000,
    actorTypes: ['users'],
    targetTypes: ['files'],
  });
  const reporter = createClient({ endpoint, token: async () => token });
  for (let from = 0; from < size; from += BATCH)
    await reporter.audit.report(lines(from, Math.min(BATCH, size - from)));
  for (let status = await client.status(); status.backlog > 0; status = await client.status())
    await sleep(100);

  let listener;
  let takes = true;
  let written = 0;
  const input = Object.assign(new EventEmitter(), { setRawMode() {}, resume() {}, pause() {} });
  const output = Object.assign(new EventEmitter(), {
    columns: 200,
    rows: 50,
    write(text) {
      written += text.length;
      listener?.(text);
      return takes;
    },
  });
  const { showExplorer } = await import('#src/cli/tui/explorer/show-explorer.js');
  const done = showExplorer({
    tty: { input, output },
    colour: true,
    client,
    clock: Date.now,
    config: { dir: join(dir, 'config') },
    filter: { include: {}, exclude: {} },
    label: 'everything',
    daemon: 'bench',
    readOnly: true,
    highContrast: false,
    me: await client.me(),
  });

  /** Presses a key; milliseconds until the terminal is written what `shows` recognises. */
  async function key(text, shows = () => true) {
    const start = performance.now();
    const shown = new Promise(resolve => {
      listener = frame => shows(frame) && resolve(performance.now() - start);
    });
    input.emit('data', text);
    const ms = await Promise.race([shown, sleep(5000).then(() => 5000)]);
    listener = undefined;
    return ms;
  }
  async function keys(count, press, pauseMs = 15) {
    const times = [];
    for (let index = 0; index < count; index += 1) {
      times.push(await press(index));
      await sleep(pauseMs);
    }
    return times;
  }

  await sleep(2000);
  console.log(`${size.toLocaleString('en-US')} events, 200×50, Node ${process.versions.node}`);
  await keys(50, index => key(index % 40 < 20 ? 'j' : 'k'));
  summary('a key, rows loaded', await keys(400, index => key(index % 60 < 30 ? 'j' : 'k')));
  const bytes = written;
  await keys(100, index => key(index % 60 < 30 ? 'j' : 'k'));
  console.log(`${'written for a key'.padEnd(58)} ${((written - bytes) / 100 / 1024).toFixed(1)} KiB`);
  const toEnd = [];
  for (let index = 0; index < 30; index += 1) {
    toEnd.push(await key('G', frame => frame.includes('from the end')));
    await sleep(50);
    await key('g', frame => frame.includes('1/'));
    await sleep(50);
  }
  summary('to the other end of the log, a page to fetch', toEnd);

  const before = megabytes();
  const pages = Math.ceil(scrolled / 30);
  for (let page = 0; page < pages; page += 1) {
    await key('\u001b[6~');
    if (page % 5 === 0) await sleep(10);
  }
  console.log(
    `${`scrolling through ${scrolled.toLocaleString('en-US')} rows`.padEnd(58)} ${before} MB before, ${megabytes()} MB after`,
  );
  await key('g');

  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), '--report', path, token], {
    stdio: 'inherit',
  });
  await sleep(2000);
  const cpu = process.cpuUsage();
  const from = performance.now();
  summary('a key, following 1,000 events/s', await keys(150, index => key(index % 10 < 5 ? 'j' : 'k'), 50));
  const used = process.cpuUsage(cpu);
  const busy = ((used.user + used.system) / 1000 / (performance.now() - from)) * 100;
  console.log(`${'the explorer then takes of a core'.padEnd(58)} ${busy.toFixed(0)} %`);
  const stalledAt = megabytes();
  takes = false;
  const writtenAt = written;
  for (let second = 0; second < 10; second += 1) {
    input.emit('data', 'jjkk');
    await sleep(1000);
  }
  console.log(
    `${'a terminal that stalls for 10 s, following'.padEnd(58)} ${stalledAt} MB before, ${megabytes()} MB after, ${((written - writtenAt) / 1024).toFixed(0)} KiB written`,
  );
  takes = true;
  output.emit('drain');
  child.kill();
  await once(child, 'exit');
  await sleep(1000);
  const idle = process.cpuUsage();
  await sleep(10_000);
  const idled = process.cpuUsage(idle);
  console.log(`${'idle, of a core'.padEnd(58)} ${((idled.user + idled.system) / 1000 / 100).toFixed(1)} %`);
  input.emit('data', 'q');
  await done;
  await nextTurn();
} finally {
  daemon.kill('SIGTERM');
  await once(daemon, 'exit');
  rmSync(dir, { recursive: true, force: true });
}
