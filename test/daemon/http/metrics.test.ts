// What a monitor is told, and who may ask; and that everything that is bounded is among it.
import { statfsSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { LIMITS } from '#src/shared/limits.js';
import { packageFile } from '../../house/package-files.js';
import { type TemporaryDaemon, temporaryDaemon } from '../temporary-daemon.js';

let it: TemporaryDaemon;
test.before(async () => {
  it = await temporaryDaemon({ WHODID_AUDIT_BACKLOG_LIMIT: '1000' });
});
test.after(() => it.stop());

/** The samples of a text, by name and labels; every line must be one, or say something of the family below. */
function samples(text: string): Map<string, number> {
  const found = new Map<string, number>();
  const told = new Set<string>();
  for (const line of text.trimEnd().split('\n')) {
    const comment = /^# (HELP|TYPE) (whodid_[a-z_]+) (.+)$/.exec(line);
    if (comment !== null) {
      told.add(`${comment[1]} ${comment[2]}`);
      if (comment[1] === 'TYPE') assert.match(comment[3]!, /^(gauge|counter)$/);
      continue;
    }
    const sample = /^((whodid_[a-z_]+)(?:\{[a-z]+="[^"\\\n]*"\})?) (-?\d+(?:\.\d+)?)$/.exec(line);
    assert.ok(sample, `not a sample: ${line}`);
    for (const word of ['HELP', 'TYPE'])
      assert.ok(told.has(`${word} ${sample![2]}`), `${word} of ${sample![2]}`);
    assert.not.ok(found.has(sample![1]!), `${sample![1]} is there twice`);
    found.set(sample![1]!, Number(sample![3]));
  }
  return found;
}

test('each limit is there with its value, and the text is in the format that it says', async () => {
  const token = await it.login();
  const { status, headers, body } = await it.ask('GET', '/metrics', { token });
  assert.is(status, 200);
  assert.is(headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  const found = samples(body);
  for (const { name, unit } of LIMITS) {
    const metric = `whodid_${name.replace(/[A-Z]/g, l => `_${l.toLowerCase()}`)}${unit === 'bytes' ? '_bytes' : ''}`;
    const value = found.get(metric);
    const limit = found.get(`${metric}_limit`);
    assert.ok(value !== undefined && limit !== undefined && limit > 0, metric);
    assert.ok(value! <= limit!, `${metric}: ${value} of ${limit}`);
  }
  assert.is(found.get('whodid_backlog_limit'), 1_000);
  assert.is(found.get('whodid_view_reserve_limit'), 100);
  assert.is(found.get('whodid_requests'), 1, 'this one');
  assert.is(found.get('whodid_sessions_of_one_user'), 1);
  assert.ok(found.get('whodid_log_events')! > 0);
  const { bavail, bsize } = statfsSync(it.home);
  const free = found.get('whodid_free_disk_bytes')!;
  // Others write to the same disk.
  assert.ok(Math.abs(free - bavail * bsize) < (bavail * bsize) / 2, `${free} of ${bavail * bsize}`);
  assert.is(found.get('whodid_free_disk_bytes_least'), 67_108_864);
  assert.is(found.get('whodid_http_responses_total{class="2xx"}'), 1, 'the log-in');
});

test('the status says the same', async () => {
  const { body } = await it.ask('GET', '/v1/status', { token: await it.login() });
  assert.equal(
    body.limits.map(({ name }: { name: string }) => name),
    LIMITS.map(({ name }) => name),
  );
});

test('administrators and auditors may ask, also with a token; nobody else', async () => {
  const admin = await it.login();
  const asks = async (token?: string) =>
    (await it.ask('GET', '/metrics', token === undefined ? {} : { token })).status;
  assert.is(await asks(), 401);
  for (const [role, expected] of [
    ['auditor', 200],
    ['editor', 403],
    ['viewer', 403],
  ] as const) {
    assert.is(await asks((await it.person(`M${role}`, role)).token), expected, role);
  }
  const made = async (more: object) =>
    (
      await it.ask('POST', '/v1/tokens', {
        token: admin,
        body: { name: 'ci', role: 'auditor', expiresAt: Date.now() + 1e6, ...more },
      })
    ).body.token;
  assert.is(await asks(await made({})), 200);
  assert.is(await asks(await made({ tenantId: 't1' })), 403);
});

test('what the page on operation says of each limit is what the table says', () => {
  const page = packageFile('docs/operation.md');
  for (const { name, what, atLimit } of LIMITS) {
    assert.match(
      page,
      new RegExp(`\\| \`${name}\`: [^|]+\\| ${what} \\| ${atLimit.replace(/[()]/g, '\\$&')} \\|`),
    );
  }
});

test.run();
