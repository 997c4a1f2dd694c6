// Events of which something was erased, as every command shows them: it says so, nothing of it is there, and nothing breaks.
// Exports from before and from after both pass their verification.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { run as at } from '#src/cli/commands/audit/at.js';
import { run as blame } from '#src/cli/commands/audit/blame.js';
import { run as history } from '#src/cli/commands/audit/history.js';
import { run as show } from '#src/cli/commands/audit/show.js';
import { run as stats } from '#src/cli/commands/audit/stats.js';
import { run as target } from '#src/cli/commands/audit/target.js';
import { detailLines } from '#src/cli/tui/events/detail-lines.js';
import { diffLines } from '#src/cli/tui/events/diff-lines.js';
import { type Client, createClient } from '#src/shared/client.js';
import type { DataEvent } from '#src/shared/data-event.js';
import { urlEndpoint } from '#src/shared/endpoint.js';
import { type TemporaryDaemon, temporaryDaemon } from '../daemon/temporary-daemon.js';
import { capturedIo } from './captured-io.js';
import { type Ran, runMain } from './run-main.js';

const MARK = 'planted';
const ADDRESS = '203.0.113.99';
const ORDER = 'orders:17';
const home = mkdtempSync(join(tmpdir(), 'whodid-erased-'));
let it: TemporaryDaemon;
let token: string;
let client: Client;
/** A note, of three texts of which the one in the middle is gone; `gone` are the events that had it. */
let note: string;
let gone: DataEvent[];

const whodid = (...args: string[]): Promise<Ran> =>
  runMain(args, {
    WHODID_HOME: join(home, 'data'),
    XDG_CONFIG_HOME: join(home, 'config'),
    WHODID_URL: it.url,
    WHODID_TOKEN: token,
  });

async function ok(...args: string[]): Promise<Ran> {
  const ran = await whodid(...args);
  assert.is(ran.exit, 0, `${args.join(' ')}: ${ran.err}`);
  return ran;
}

const EXPORTS: [name: string, flags: string[]][] = [
  ['plain.jsonl.gz', []],
  ['proved.jsonl', ['--with-proofs']],
  ['table.csv', []],
  ['siem.jsonl', ['--format', 'ocsf']],
  ['cloud.jsonl', ['--format', 'cloudevents']],
];
const pathOf = (when: 'before' | 'after', name: string) => join(home, `${when}-${name}`);

async function exportAll(when: 'before' | 'after'): Promise<void> {
  for (const [name, flags] of EXPORTS) await ok('audit', 'export', ...flags, pathOf(when, name));
}

const hasMark = (text: string) => text.includes(MARK) || text.includes(ADDRESS);

test.before(async () => {
  it = await temporaryDaemon();
  token = await it.login();
  client = createClient({ endpoint: urlEndpoint(it.url), token: async () => token });
  const ask = async (method: string, path: string, body: object) => {
    const answer = await it.ask(method, path, { token, body });
    assert.ok(answer.status < 300, JSON.stringify(answer.body));
    return answer.body;
  };
  note = (await ask('POST', '/v1/records/notes', { targetType: 'users', targetId: '1', data: 'first' })).id;
  await ask('PATCH', `/v1/records/notes/${note}`, { data: `second ${MARK}` });
  await ask('PATCH', `/v1/records/notes/${note}`, { data: 'third' });
  for (const action of ['created', 'changed', 'viewed']) {
    await ask('POST', '/v1/audit/events', {
      id: action,
      action,
      timestamp: 1_700_000_000_000,
      actorType: 'users',
      actorId: '7',
      actorName: `actor ${MARK}`,
      targetType: 'orders',
      targetId: '17',
      targetName: `order ${MARK}`,
      ...(action === 'viewed' ? {} : { changes: { total: { prev: null, next: `${MARK} ${action}` } } }),
      context: { ip: ADDRESS, comment: `comment ${MARK}`, userAgent: `agent ${MARK}` },
      metadata: { card: `card ${MARK}` },
    });
  }
  await exportAll('before');
  gone = await it.events(`target=notes:${note}&action=changed`);
  for (const { seq } of gone) await ok('audit', 'erase', String(seq), '--field', 'data', '--yes');
  await ok('audit', 'erase', '--target', ORDER, '--yes', '--json');
  gone = await it.events(`target=notes:${note}&action=changed`);
  await exportAll('after');
});
test.after(async () => {
  client?.close();
  await it?.stop();
  rmSync(home, { recursive: true });
});

const COMMANDS: string[][] = [
  ['audit', 'target', ORDER],
  ['audit', 'actor', 'users:7'],
  ['audit', 'events', '--limit', '100'],
  ['audit', 'history', ORDER],
  ['audit', 'blame', ORDER],
  ['audit', 'at', ORDER, '--time', 'now'],
  ['audit', 'stats', '--target', ORDER],
  ['audit', 'stats'],
];
for (const command of COMMANDS) {
  test(`programs get null for what is gone, and redactions that say so: ${command.slice(1).join(' ')}`, async () => {
    for (const format of [[], ['--json'], ['--jsonl'], ['--csv']]) {
      const { out } = await ok(...command, ...format);
      assert.not.ok(hasMark(out), out);
      assert.is.not(out.trim(), '');
      const tellsOf = ['target', 'actor', 'events', 'history'].includes(command[1]!);
      if (tellsOf && format[0]?.startsWith('--json'))
        assert.match(out, /"redactions":\[\{"kind":"erased","path":"\/actorName"\}/);
    }
  });
}

test('people read (erased) where something was, in tables and in every single view', async () => {
  const common = () => {
    const io = capturedIo({ terminal: true, width: 200 });
    return { io, clock: Date.now, client, localZone: 'UTC' };
  };
  const [order] = await it.events(`target=${ORDER}&action=changed`);
  const views: [name: string, show: (shown: ReturnType<typeof common>) => Promise<void>, found: RegExp][] = [
    [
      'table',
      shown => target({ ...shown, object: [ORDER], flags: {} }),
      /\(erased\) users:7 .*\(erased\) orders:17/,
    ],
    [
      'changes',
      shown => target({ ...shown, object: ['notes', note], flags: {} }),
      /data: \(erased\) → \(erased\)/,
    ],
    ['show', shown => show({ ...shown, id: order!.id, flags: {} }), /actorName +\(erased\)/],
    [
      'show',
      shown => show({ ...shown, id: order!.id, flags: {} }),
      /changes +total: \(erased\) → \(erased\)/,
    ],
    ['show', shown => show({ ...shown, id: order!.id, flags: {} }), /metadata +.*"card":"\(erased\)"/],
    [
      'history',
      shown => history({ ...shown, object: [ORDER], flags: {} }),
      /\(erased\) users:7 {2}changed {2}\(comment erased\)/,
    ],
    ['history', shown => history({ ...shown, object: ['notes', note], flags: {} }), /data: .*\(erased\)/],
    ['blame', shown => blame({ ...shown, object: [ORDER], flags: {} }), /total +\(erased\) +users:7/],
    [
      'at',
      shown => at({ ...shown, object: ['notes', note], flags: { seq: String(gone[1]!.seq) } }),
      /data +\(erased\)/,
    ],
    ['at', shown => at({ ...shown, object: [ORDER], flags: { time: 'now' } }), /total +\(erased\)/],
    ['stats', shown => stats({ ...shown, flags: { target: [ORDER] } }), /3 events/],
  ];
  for (const [name, run, found] of views) {
    const shown = common();
    await run(shown);
    assert.match(shown.io.out(), found, name);
    assert.not.ok(hasMark(shown.io.out()), `${name}: ${shown.io.out()}`);
  }
});

test('a difference to a state of which something was erased says so, and does not take it for nothing', async () => {
  const diff = async (from: number) => {
    const io = capturedIo({ terminal: true, width: 200 });
    await at({
      io,
      clock: Date.now,
      client,
      object: ['notes', note],
      flags: { seq: String(from), diff: true },
    });
    return io.out();
  };
  const [created] = await it.events(`target=notes:${note}&action=created`);
  assert.match(await diff(created!.seq), /data: .*first.*\(erased\)/);
  assert.match(await diff(gone[1]!.seq), /data: \(erased\)/);
});

test('the explorer’s detail of an event says so as well', async () => {
  for (const event of [gone[0]!, ...(await it.events(`target=${ORDER}`))]) {
    for (const columns of [40, 120]) {
      const shown = { event, related: undefined, columns, now: Date.now(), colour: false };
      const text = [...detailLines(shown), ...diffLines(event, columns, false)].join('\n');
      assert.match(text, /\(erased\)/);
      assert.not.ok(hasMark(text), text);
    }
  }
});

for (const [name] of EXPORTS) {
  test(`an export from before is what it was, and one from after has nothing of it: ${name}`, async () => {
    const read = (when: 'before' | 'after') => {
      const bytes = readFileSync(pathOf(when, name));
      return String(name.endsWith('.gz') ? gunzipSync(bytes) : bytes);
    };
    assert.ok(hasMark(read('before')));
    assert.not.ok(hasMark(read('after')));
    for (const when of ['before', 'after'] as const) {
      const { out } = await ok('audit', 'verify', pathOf(when, name));
      assert.match(out, /^Verified: \d+ events/);
    }
  });
}

test('the log verifies', async () => {
  assert.match((await ok('audit', 'verify')).out, /Nothing was altered/);
});

test.run();
