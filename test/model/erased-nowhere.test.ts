// A daemon at work whose log is erased from at random: what no event and no record holds any more is in no byte of either
// database or its write-ahead log, through restarts and reports that are sent again, and the log verifies.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type TemporaryDaemon, temporaryDaemon } from '../daemon/temporary-daemon.js';
import { randomFrom, wholeLog } from '../e2e/load.js';
import { howMany, seed } from '../full-form.js';

const STEPS = howMany('WHODID_TEST_ERASING_STEPS', 60, 1_500);
const FILES = ['audit.db', 'audit.db-wal', 'data.db', 'data.db-wal'];
const MARK = /~[a-z]+\d+~/g;
const PATHS = [
  undefined,
  ['/changes'],
  ['/actorName', '/targetName'],
  ['/context'],
  ['/metadata', '/changes/data'],
];

const marksIn = (text: string) => new Set(text.match(MARK) ?? []);

let it: TemporaryDaemon;
let token: string;
test.before(async () => {
  it = await temporaryDaemon();
  token = await it.login();
});
test.after(() => it?.stop());

async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const answer = await it.ask(method, path, { token, headers, ...(body === undefined ? {} : { body }) });
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** Marks that somebody has a right to: in events, and in records as they are. */
async function held(): Promise<{ inLog: Set<string>; inRecords: Set<string> }> {
  const lists = ['users', 'notes'].map(type => ask('GET', `/v1/records/${type}?limit=1000`));
  return {
    inLog: marksIn(JSON.stringify(await wholeLog(it.url, token))),
    inRecords: marksIn(JSON.stringify(await Promise.all(lists))),
  };
}

function inFiles(): Set<string> {
  const paths = FILES.map(name => join(it.home, name)).filter(existsSync);
  return marksIn(paths.map(path => readFileSync(path, 'latin1')).join('\n'));
}

test('what was erased is in no byte of either database, whatever else happens', async () => {
  const random = randomFrom(seed());
  const pick = (bound: number) => Math.floor(random() * bound);
  const mark = (kind: string, number: number) => `~${kind}${number}~`;
  const notes: string[] = [];
  const users: string[] = [];
  const reports: object[] = [];
  /** Everything that was ever said. */
  const said = new Set<string>();
  let erasures = 0;
  let gone = 0;

  async function write(step: number): Promise<void> {
    const long = mark('text', step).repeat(1 + pick(80));
    const headers = { 'x-audit-comment': mark('comment', step), 'idempotency-key': `key-${step}` };
    const kind = pick(6);
    if (kind === 0) {
      const body = { name: mark('name', step), email: `${mark('mail', step)}@example.com`, role: 'viewer' };
      users.push((await ask('POST', '/v1/records/users', body, headers)).id);
    } else if (kind === 1) {
      const report = {
        id: `r-${step}`,
        action: 'changed',
        timestamp: 1_700_000_000_000 + step,
        actorType: 'users',
        actorId: String(1 + pick(4)),
        actorName: mark('actor', pick(5)),
        targetType: 'orders',
        targetId: String(pick(4)),
        targetName: mark('target', step),
        changes: { data: { prev: mark('prev', step), next: long } },
        context: { ip: mark('ip', pick(4)), comment: mark('remark', step) },
        metadata: { card: mark('card', step) },
      };
      reports.push(report);
      await ask('POST', '/v1/audit/events', report);
    } else if (kind <= 3 || notes.length === 0) {
      const body = { targetType: 'users', targetId: '1', data: long };
      notes.push((await ask('POST', '/v1/records/notes', body, headers)).id);
    } else if (kind === 4) {
      await ask('PATCH', `/v1/records/notes/${notes[pick(notes.length)]}`, { data: long }, headers);
    } else {
      const [id] = notes.splice(pick(notes.length), 1);
      await ask('DELETE', `/v1/records/notes/${id}`);
    }
  }

  function somebody(): object {
    const kind = pick(4);
    if (kind === 0) return { target: `orders:${pick(4)}` };
    if (kind === 1) return { actor: `users:${2 + pick(3)}` };
    if (kind === 2) return { target: `notes:${1 + pick(notes.length + 3)}` };
    return { target: `users:${users.at(-1) ?? 2}`, actor: `users:${users.at(-1) ?? 2}` };
  }

  async function erase(): Promise<void> {
    const before = await held();
    for (const one of [...before.inLog, ...before.inRecords]) said.add(one);
    const paths = PATHS[pick(PATHS.length)];
    const { state } = await ask('POST', '/v1/audit/erasures', { ...somebody(), ...(paths && { paths }) });
    assert.is(state, 'done');
    erasures += 1;
    await search();
  }

  /** Of all that was ever said there is what is held, and nothing else. */
  async function search(): Promise<void> {
    const { inLog, inRecords } = await held();
    const there = inFiles();
    const left = [...said].filter(one => there.has(one) && !inLog.has(one) && !inRecords.has(one));
    assert.equal(left, [], `after ${erasures} erasures`);
    gone = [...said].filter(one => !inLog.has(one)).length;
  }

  for (let step = 1; step <= STEPS; step += 1) {
    if (step % 6 !== 0) await write(step);
    else await erase();
    if (step % 29 !== 0) continue;
    await it.restart();
    token = await it.login();
    if (reports.length > 0) await ask('POST', '/v1/audit/events', reports);
    await search();
  }
  const { body } = await it.ask('GET', '/v1/audit/verification', { token });
  assert.match(body, /"verdict":\{"ok":true/);
  process.stdout.write(`${erasures} erasures, ${gone} strings gone `);
  assert.ok(gone > STEPS / 10, `${gone}`);
});

test.run();
