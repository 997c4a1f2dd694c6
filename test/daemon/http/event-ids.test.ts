// The answer to every mutation carries the ids of its events, in the order in which they happened.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type TemporaryDaemon, temporaryDaemon } from '../temporary-daemon.js';

let it: TemporaryDaemon;
let admin: string;

test.before(async () => {
  it = await temporaryDaemon();
  admin = await it.login();
});
test.after(() => it?.stop());

const schema = { type: 'object', properties: { total: { type: 'number' } } };
const note = { targetType: 'users', targetId: '1', data: 'one' };
const tokenRequest = { name: 'ci', role: 'viewer', expiresAt: Date.now() + 3_600_000 };
const credentials = { email: 'bo@example.com', password: 'Bo-password' };

/** In the order of a life; `:id` is the id that the answer before gave. */
const MUTATIONS: [method: string, path: string, body: unknown, eventNames: string[]][] = [
  ['POST', '/v1/records/notes', note, ['notes.created', 'notes.viewed']],
  ['PATCH', '/v1/records/notes/:id', { data: 'two' }, ['notes.data.changed', 'notes.viewed']],
  ['DELETE', '/v1/records/notes/1', undefined, ['notes.deleted']],
  ['POST', '/v1/types', { name: 'invoices', schema }, ['type.created']],
  ['PUT', '/v1/types/invoices', { schema: { ...schema, required: ['total'] } }, ['type.changed']],
  ['PUT', '/v1/types/invoices', { schema: { ...schema, required: ['total'] } }, []],
  ['POST', '/v1/records/invoices', { total: 1 }, ['invoices.created', 'invoices.viewed']],
  ['DELETE', '/v1/types/invoices?purge=true', undefined, ['invoices.deleted', 'type.deleted']],
  ['POST', '/v1/tokens', tokenRequest, ['token.created']],
  ['DELETE', '/v1/tokens/:id', undefined, ['token.revoked']],
  ['POST', '/v1/keys/rotate', undefined, ['key.rotated']],
  ['POST', '/v1/keys/rotate?use=checkpoints', undefined, ['checkpoint-key.rotated']],
  ['POST', '/v1/records/users', { name: 'Bo', email: credentials.email }, ['users.created', 'users.viewed']],
  ['PUT', '/v1/users/:id/password', { password: credentials.password }, ['user.password.changed']],
  ['POST', '/v1/sessions', credentials, ['session.created']],
  ['PUT', '/v1/users/2/password', { password: 'another one' }, ['user.password.changed', 'session.revoked']],
  ['DELETE', '/v1/sessions/current', undefined, ['session.ended']],
];

test('each mutation names its events, and one that came to nothing names none', async () => {
  let id = '';
  const seen: { what: string; header: string | null; requestId: string; eventNames: string[] }[] = [];
  for (const [method, path, body, eventNames] of MUTATIONS) {
    const {
      status,
      headers,
      body: answer,
    } = await it.ask(method, path.replace(':id', id), {
      token: admin,
      body,
    });
    assert.ok(status < 300, `${method} ${path} ${status} ${JSON.stringify(answer)}`);
    if (typeof answer.id === 'string') id = answer.id;
    const requestId = headers.get('x-request-id')!;
    seen.push({ what: `${method} ${path}`, header: headers.get('audit-event-id'), requestId, eventNames });
  }
  for (const { what, header, requestId, eventNames } of seen) {
    const events = (await it.events(`requestId=${requestId}&order=asc`)).sort((a, b) => a.seq - b.seq);
    assert.equal(
      events.map(({ eventName }) => eventName),
      eventNames,
      what,
    );
    assert.is(header, eventNames.length === 0 ? null : events.map(({ id }) => id).join(', '), what);
  }
});

test.run();
