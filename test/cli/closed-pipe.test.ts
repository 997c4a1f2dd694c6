// A reader that goes away (`| head`) ends a command silently with 0, in every format.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type TemporaryDaemon, temporaryDaemon } from '../daemon/temporary-daemon.js';

const program = fileURLToPath(new URL('../../bin/whodid.js', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'whodid-pipe-'));
let it: TemporaryDaemon;
let token: string;

/** More than a pipe and all buffers on the way hold. */
const EVENTS = 4_000;
const TEXT = 'x'.repeat(300);

test.before(async () => {
  it = await temporaryDaemon();
  token = await it.login();
  const expiresAt = Date.now() + 3_600_000;
  const types = { actorTypes: ['users'], targetTypes: ['files'] };
  const reporter = await it.ask('POST', '/v1/tokens', {
    token,
    body: { name: 'ci', role: 'reporter', expiresAt, ...types },
  });
  const lines = Array.from({ length: EVENTS }, (_, index) =>
    JSON.stringify({
      id: `e${index}`,
      action: 'changed',
      timestamp: 1_790_000_000_000 - index,
      actorType: 'users',
      actorId: '1',
      targetType: 'files',
      targetId: 'f',
      changes: { text: { prev: `${index}`, next: TEXT } },
    }),
  );
  for (let at = 0; at < lines.length; at += 1_000) {
    const raw = lines.slice(at, at + 1_000).join('\n');
    const headers = { 'content-type': 'application/x-ndjson' };
    const { body } = await it.ask('POST', '/v1/audit/events', { token: reporter.body.token, raw, headers });
    assert.is(body.stored, 1_000);
  }
});
test.after(async () => {
  await it?.stop();
  rmSync(home, { recursive: true });
});

const commands = [
  'audit events --all',
  'audit events --all --json',
  'audit events --all --jsonl',
  'audit events --all --csv',
  'audit events --all --fields id,changes',
  'audit history files f --all --jsonl',
  'audit export',
  'audit export --format csv',
  'audit export --format cloudevents',
  'audit export --format ocsf',
  'audit export --with-proofs',
];
for (const command of commands) {
  test(`whodid ${command} | head -n 1`, async () => {
    const env = {
      PATH: process.env.PATH,
      HOME: home,
      WHODID_HOME: join(home, 'data'),
      WHODID_URL: it.url,
      WHODID_TOKEN: token,
    };
    const line = `'${process.execPath}' '${program}' ${command} < /dev/null | head -n 1 | wc -l; echo "\${PIPESTATUS[0]}"`;
    const ran = await new Promise<{ out: string; err: string }>(resolve =>
      execFile('bash', ['--norc', '-c', line], { env }, (_error, out, err) => resolve({ out, err })),
    );
    assert.equal([ran.out.trim().split(/\s+/), ran.err], [['1', '0'], '']);
  });
}

test.run();
