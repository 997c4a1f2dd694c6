// daemon status on a terminal: a line each that fits, and what a person would ask of a number.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { run } from '#src/cli/commands/daemon/status.js';
import { urlEndpoint } from '#src/shared/endpoint.js';
import { dataPaths } from '#src/shared/paths.js';
import { type CapturedIoOptions, capturedIo } from '../captured-io.js';
import { type FakeDaemon, fakeDaemon } from '../fake-daemon.js';

const NOW = Date.UTC(2026, 6, 31, 12);
const LIMITS = [
  { name: 'backlog', value: 12, limit: 1_000_000, unit: 'events' },
  { name: 'sessionsOfOneUser', value: 1, limit: 100, unit: 'sessions' },
];
let daemon: FakeDaemon;
test.before(async () => {
  daemon = await fakeDaemon(() => ({
    body: { pid: 7, version: '1.0.0', instance: 'i', backlog: 12, uptimeMs: 7_200_000, limits: LIMITS },
  }));
});
test.after(() => daemon.close());

async function status(options: CapturedIoOptions, flags = {}): Promise<string> {
  const io = capturedIo(options);
  await run({
    io,
    clock: () => NOW,
    client: daemon.client(),
    endpoint: urlEndpoint(daemon.url),
    data: dataPaths({ WHODID_HOME: '/nowhere' }),
    offline: () => Promise.reject(new Error('the daemon answers')),
    flags,
  });
  return io.out();
}

test('a person reads since when it runs, and limits a line each, with what they are of where there is room', async () => {
  const narrow = await status({ terminal: true, width: 90 }, { utc: true });
  assert.match(narrow, /^uptimeMs +7200000 \(since 2026-07-31 10:00:00Z \(2h ago\)\)$/m);
  assert.match(narrow, /^backlog +12 of 1,000,000 events: events committed and not yet in the log$/m);
  for (const line of narrow.split('\n')) assert.ok(line.length <= 90, line);
  assert.match(
    await status({ terminal: true, width: 40 }),
    /\nLimits\nbacklog {12}12 of 1,000,000 events\nsessionsOfOneUser {2}1 of 100 sessions\n$/,
  );
});

test('a program reads milliseconds', async () => {
  assert.is(await status({}, { fields: 'uptimeMs' }), '7200000\n');
  assert.is(JSON.parse(await status({}, { json: true })).uptimeMs, 7_200_000);
});

test.run();
