import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { run } from '#src/cli/commands/audit/report.js';
import { Exit } from '#src/cli/exit.js';
import { progressText } from '#src/cli/output/progress.js';
import { sendPatiently } from '#src/cli/report/sending.js';
import { Problem } from '#src/shared/problem.js';
import { type CapturedIoOptions, capturedIo } from '../captured-io.js';
import { type FakeDaemon, fakeDaemon, type Handler, problemReply } from '../fake-daemon.js';

const dir = mkdtempSync(join(tmpdir(), 'whodid-report-'));
const daemons: FakeDaemon[] = [];
test.after(async () => {
  await Promise.all(daemons.map(daemon => daemon.close()));
  rmSync(dir, { recursive: true });
});

/** Takes every line; a line with `bad` in it is refused, one with `old` is known. */
const judging: Handler = ({ body }) => {
  const lines = body.split('\n').slice(0, -1);
  const refused = lines.flatMap((text, index) =>
    text.includes('bad') ? [{ line: index + 1, reason: `\u001b[31m${text} is bad` }] : [],
  );
  const repeated = lines.filter(text => text.includes('old')).length;
  return { body: { stored: lines.length - refused.length - repeated, repeated, refused } };
};

interface Ran {
  out: string;
  err: string;
  exit: number;
  daemon: FakeDaemon;
}
interface RunOptions extends CapturedIoOptions {
  file?: string;
  handler?: Handler;
  dryRun?: boolean;
  json?: boolean;
}

async function report({ file, handler = judging, dryRun, json, ...ioOptions }: RunOptions): Promise<Ran> {
  const daemon = await fakeDaemon(handler);
  daemons.push(daemon);
  const io = capturedIo(ioOptions);
  const flags = { ...(dryRun ? { dryRun } : {}), ...(json ? { json } : {}) };
  let exit = 0;
  try {
    await run({ io, client: () => daemon.client(), clock: Date.now, file, flags });
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    exit = error.status;
  }
  return { out: io.out(), err: io.err(), exit, daemon };
}

test('lines from stdin, with a summary on stderr and nothing on stdout', async () => {
  const { out, err, exit, daemon } = await report({ stdin: '{"n":1}\n{"n":2}\n{"old":3}' });
  assert.is(out, '');
  assert.match(err, /^2 stored, 1 known already, 0 refused, in \d+\.\d s\.\n$/);
  assert.is(exit, 0);
  const [asked] = daemon.asked;
  assert.equal([asked?.method, asked?.path], ['POST', '/v1/audit/events']);
  assert.is(asked?.headers['content-type'], 'application/x-ndjson');
});

test('a bad line is named by its number in the file, whatever batch it came in; the status is 6', async () => {
  const lines = Array.from({ length: 2500 }, (_, index) => (index % 1000 === 7 ? `{"bad":${index}}` : '{}'));
  lines.splice(5, 0, '', '');
  const { err, exit } = await report({ stdin: lines.join('\n') });
  const named = [...err.matchAll(/^line (\d+): (.*)$/gm)].map(([, number, reason]) => [
    Number(number),
    reason,
  ]);
  assert.equal(named, [
    [10, '\\u001b[31m{"bad":7} is bad'],
    [1010, '\\u001b[31m{"bad":1007} is bad'],
    [2010, '\\u001b[31m{"bad":2007} is bad'],
  ]);
  assert.match(err, /2,497 stored, 0 known already, 3 refused/);
  assert.is(exit, 6);
});

test('gzip is known by its bytes, not by the name of the file', async () => {
  const file = join(dir, 'plain-name');
  writeFileSync(file, gzipSync('{"n":1}\n{"n":2}\n'));
  assert.match((await report({ file })).err, /^2 stored/);
  assert.match((await report({ stdin: gzipSync('{}\n') })).err, /^1 stored/);
});

test('damaged gzip is told, and the lines before it count', async () => {
  const whole = gzipSync(Buffer.from(`${'{"n":1}\n'.repeat(3000)}`));
  const file = join(dir, 'damaged.gz');
  writeFileSync(file, whole.subarray(0, whole.length - 12));
  try {
    await report({ file });
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), /damaged\.gz is damaged: its gzip data cannot be read to the end/);
  }
});

test('--json prints the counts', async () => {
  const { out } = await report({ stdin: '{}\n{"bad":1}\n', json: true });
  assert.equal(JSON.parse(out), { lines: 2, stored: 1, repeated: 0, refused: 1 });
});

test('a dry run checks here and sends nothing', async () => {
  const good = {
    action: 'created',
    timestamp: 1,
    actorType: 'users',
    actorId: 7,
    targetType: 'files',
    targetId: 'a',
  };
  const lines = [
    JSON.stringify(good),
    '{"action":',
    JSON.stringify({ ...good, action: 'seen' }),
    JSON.stringify({ ...good, colour: 'red' }),
    JSON.stringify({ ...good, source: 'daemon' }),
    JSON.stringify({ ...good, timestamp: Date.now() + 3_600_000 }),
    JSON.stringify({ ...good, actorName: '\ud800' }),
    JSON.stringify({ ...good, metadata: { a: 'x'.repeat(9000) } }),
    JSON.stringify({ ...good, targetType: 'users' }),
    JSON.stringify({ ...good, targetType: 'sessions' }),
    JSON.stringify({ ...good, action: 'changed' }),
    JSON.stringify({ ...good, action: 'changed', changes: { a: { next: 1 } } }),
  ];
  const { err, exit, daemon } = await report({ stdin: lines.join('\n'), dryRun: true });
  assert.equal(daemon.asked, []);
  assert.is(exit, 6);
  const expected = [
    /^line 2: is not JSON/m,
    /^line 3: action must be /m,
    /^line 4: colour is not a known field/m,
    /^line 5: source is not a known field/m,
    /^line 6: timestamp is more than 5 minutes ahead/m,
    /^line 7: actorName contains a lone surrogate/m,
    /^line 8: metadata is larger than 8 KiB/m,
    /^line 9: targetType users is kept by the daemon/m,
    /^line 10: targetType sessions is kept by the daemon/m,
    /^line 11: changes is required with changed/m,
    /^12 lines checked in .*: 2 look right, 10 do not\. Nothing was sent; .*the daemon alone can tell\.$/m,
  ];
  for (const pattern of expected) assert.match(err, pattern);
});

test('when the daemon is lost on the way, what got through is said', async () => {
  let posts = 0;
  const handler: Handler = asked => {
    posts += 1;
    return posts === 1 ? judging(asked, undefined as never) : problemReply(500, 'internal', 'Broken.');
  };
  const io = capturedIo({ stdin: '{}\n'.repeat(1500) });
  const daemon = await fakeDaemon(handler);
  daemons.push(daemon);
  try {
    await run({ io, client: () => daemon.client(), clock: Date.now, file: '-', flags: {} });
    assert.unreachable();
  } catch (error) {
    assert.is((error as Problem).code, 'internal');
  }
  assert.match(io.err(), /1,000 lines were through\. Run it again/);
});

test('Ctrl-C ends it between two batches, with a summary and 130', async () => {
  const io = capturedIo({ stdin: '{}\n'.repeat(5000) });
  const daemon = await fakeDaemon(asked => {
    io.interrupt();
    return judging(asked, undefined as never);
  });
  daemons.push(daemon);
  try {
    await run({ io, client: () => daemon.client(), clock: Date.now, file: '-', flags: {} });
    assert.unreachable();
  } catch (error) {
    assert.is((error as Exit).status, 130);
  }
  assert.match(io.err(), /1,000 stored/);
});

test('a daemon that is full for the moment is waited for', async () => {
  let tries = 0;
  const handler: Handler = asked => {
    tries += 1;
    return tries < 3
      ? problemReply(503, 'unavailable', 'The backlog is full.', { 'retry-after': '0' })
      : judging(asked, undefined as never);
  };
  const { err, exit } = await report({ stdin: '{}\n', handler });
  assert.is(exit, 0);
  assert.match(err, /^The backlog is full\. Waiting up to 60 s for it\.\n1 stored/);
});

test('patience ends', async () => {
  let now = 0;
  const full = new Problem('unavailable', 'Full.', { retryAfterSeconds: 0 });
  const send = async () => {
    now += 30_000;
    throw full;
  };
  try {
    await sendPatiently(send, { clock: () => now, onWait: () => {}, signal: new AbortController().signal });
    assert.unreachable();
  } catch (error) {
    assert.is(error, full);
  }
  assert.is(now, 60_000);
});

test('progress shows how far, how fast and how long yet', () => {
  assert.is(
    progressText({ lines: 5000, bytes: 250, totalBytes: 1000, elapsedMs: 2000 }),
    '██████░░░░░░░░░░░░░░░░░░  25 %  5,000 lines  2,500/s  6.0 s left',
  );
  assert.is(
    progressText({ lines: 5000, bytes: 250, totalBytes: undefined, elapsedMs: 2000 }),
    '5,000 lines  2,500/s',
  );
});

test('a file that is not there is an error before the daemon is asked', async () => {
  try {
    await report({ file: join(dir, 'none') });
    assert.unreachable();
  } catch (error) {
    assert.is((error as Problem).code, 'bad_request');
  }
});

test.run();
