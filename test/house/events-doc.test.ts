// docs/events.md lists every event name that the code makes, and what it says of each is what happens.
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OPERATIONS } from '#src/daemon/core/policy.js';
import { SETTINGS } from '#src/shared/settings.js';
import { type TemporaryDaemon, temporaryDaemon } from '../daemon/temporary-daemon.js';
import { temporaryDirectory } from '../daemon/temporary-directory.js';
import { codeRows, packageFile, sourcesBelow } from './package-files.js';

const page = packageFile('docs/events.md');
const rows = codeRows(page).map(([name = '', action = '', actor = '', target = '', outcome = '']) => ({
  name,
  action,
  actor,
  target,
  outcome,
}));

/** Words with dots in the sources that are no event names. */
const OTHER_WORDS: ReadonlySet<string> = new Set([...OPERATIONS, ...SETTINGS.map(({ name }) => name)]);
const isFileName = (word: string) => /\.(?:db|js|json|log|secret|sock|sql|toml|ts)$/.test(word);
const isProperty = (word: string) => /^[a-z]\./.test(word);

test('every event name in the sources of the daemon is on the page', () => {
  const missing = new Set<string>();
  let found = 0;
  for (const { path, text } of sourcesBelow('src/daemon')) {
    for (const [, word = ''] of text.matchAll(/'([a-z]+(?:\.[a-z-]+)+)'/g)) {
      if (OTHER_WORDS.has(word) || isFileName(word) || isProperty(word)) continue;
      found += 1;
      if (!page.includes(`\`${word}\``)) missing.add(`${word} (${path})`);
    }
  }
  assert.ok(found >= 20, `only ${found} names were found: they are written in another way now`);
  assert.equal([...missing], []);
});

test('every event name on the page is in the sources', () => {
  const sources = sourcesBelow('src/daemon')
    .map(({ text }) => text)
    .join('\n');
  const stale = rows
    .map(({ name }) => name)
    .filter(name => !name.startsWith('<type>') && !sources.includes(`'${name}'`));
  assert.equal(stale, []);
});

/** The row of an event, found by its name: `notes.data.changed` is `<type>.<field>.changed`. */
function rowOf(eventName: string) {
  const exact = rows.find(({ name }) => name === eventName);
  if (exact !== undefined) return exact;
  const words = eventName.split('.');
  const general = words.length === 3 ? '<type>.<field>.changed' : `<type>.${words.at(-1)}`;
  return rows.find(({ name }) => name === general);
}

/** The types of the objects that a cell names: of `users:ID`, `system:init` the words users and system. */
const typesIn = (cell: string) => [...cell.matchAll(/`(\w+):[^`]*`/g)].map(([, type = '']) => type);

/** Does something of every kind. */
async function live(daemon: TemporaryDaemon): Promise<void> {
  const admin = await daemon.login();
  const ask = async (token: string | undefined, method: string, path: string, body?: unknown) =>
    (await daemon.ask(method, path, { ...(token === undefined ? {} : { token }), body })).body;
  const viewer = await daemon.person('Alan', 'viewer');
  await ask(admin, 'POST', '/v1/records/notes', { targetType: 'users', targetId: '1', data: 'one' });
  await ask(admin, 'PATCH', '/v1/records/notes/1', { data: 'two' });
  await ask(admin, 'PATCH', '/v1/records/notes/1', { data: 'three', fieldName: 'email' });
  await ask(admin, 'GET', '/v1/records/notes');
  await ask(admin, 'DELETE', '/v1/records/notes/1');
  await ask(admin, 'DELETE', '/v1/records/notes/1');
  await ask(viewer.token, 'POST', '/v1/records/users', { name: 'Eve', email: 'eve@example.com' });
  await ask(undefined, 'GET', '/v1/me');
  await ask(undefined, 'POST', '/v1/sessions', { email: viewer.email, password: 'wrong' });
  const schema = { type: 'object', properties: { total: { type: 'number' } } };
  await ask(admin, 'POST', '/v1/types', { name: 'invoices', schema });
  await ask(admin, 'PUT', '/v1/types/invoices', { schema: { ...schema, required: ['total'] } });
  const expiresAt = Date.now() + 60_000;
  const { id, token } = await ask(admin, 'POST', '/v1/tokens', { name: 'ci', role: 'editor', expiresAt });
  await ask(token, 'POST', '/v1/records/invoices', { total: 1 });
  await ask(admin, 'DELETE', '/v1/types/invoices?purge=true');
  await ask(admin, 'DELETE', `/v1/tokens/${id}`);
  await ask(admin, 'GET', '/v1/audit/verification');
  await ask(admin, 'POST', '/v1/audit/erasures', {
    target: 'notes:1',
    paths: ['/metadata', '/targetName', '/context'],
  });
  await ask(admin, 'POST', '/v1/keys/rotate');
  await ask(admin, 'POST', '/v1/keys/rotate?use=checkpoints');
  await ask(admin, 'POST', '/v1/backups', { directory: join(temporaryDirectory(), 'backup') });
  await ask(admin, 'GET', '/v1/audit/export?through=0');
  await ask(admin, 'PATCH', `/v1/records/users/${viewer.id}`, { disabled: true });
  await ask(admin, 'DELETE', '/v1/sessions/current');
}

/** Names that only broken databases, restores and years make (test/daemon/agreement, test/daemon/backup, test/daemon/retention.test.ts). */
const UNPROVOKED = [
  'audit.removed',
  'event.set-aside',
  'backup.restored',
  'log.repaired',
  'data.repaired',
  'records.repaired',
];

test('what the page says of each event is what happens', async () => {
  const daemon = await temporaryDaemon();
  try {
    await live(daemon);
    // Once more for the event of the first.
    await daemon.events('');
    const events = await daemon.events('limit=1000');
    const met = new Set<string>();
    for (const event of events) {
      const name = event.eventName ?? '';
      const row = rowOf(name);
      assert.ok(row, `${name} is not on the page`);
      met.add(row.name);
      if (row.action !== 'by method') assert.is(event.action, row.action, `the action of ${name}`);
      assert.is(event.outcome, row.outcome, `the outcome of ${name}`);
      const ofRecords = row.name.startsWith('<type>') || row.name === 'user.password.changed';
      assert.is(event.source, ofRecords ? 'data-layer' : 'daemon', `the source of ${name}`);
      const actors = typesIn(row.actor);
      if (actors.includes('users')) actors.push('tokens');
      assert.ok(actors.includes(event.actorType), `${name} has the actor ${event.actorType}`);
      const targets = typesIn(row.target);
      const anyType = targets.includes('TYPE');
      assert.ok(anyType || targets.includes(event.targetType), `${name} has the target ${event.targetType}`);
    }
    const unmet = rows.map(({ name }) => name).filter(name => !met.has(name) && !UNPROVOKED.includes(name));
    assert.equal(unmet, [], 'nothing made these');
  } finally {
    await daemon.stop();
  }
});

test.run();
