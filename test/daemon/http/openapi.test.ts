// The API document is made from the schemas that validate, names every route, and is sound OpenAPI 3.1.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lintOpenApi } from '../../e2e/openapi-lint.js';
import { type TemporaryDaemon, temporaryDaemon } from '../temporary-daemon.js';

let it: TemporaryDaemon;
let token: string;

test.before(async () => {
  it = await temporaryDaemon();
  token = await it.login();
});
test.after(() => it?.stop());

test('the document passes an OpenAPI 3.1 linter', async () => {
  const { status, body } = await it.ask('GET', '/v1/openapi.json', { token });
  assert.is(status, 200);
  assert.match(body.openapi, /^3\.1\./);
  assert.equal(await lintOpenApi(body), []);
});

test('every address that it names refuses strangers, except the public ones', async () => {
  const { body } = await it.ask('GET', '/v1/openapi.json', { token });
  const open: string[] = [];
  for (const [template, methods] of Object.entries<Record<string, object>>(body.paths)) {
    const path = template.replace(/\{\w+\}/g, '1');
    for (const method of Object.keys(methods)) {
      const { status } = await it.ask(method.toUpperCase(), path, method === 'get' ? {} : { body: {} });
      if (status !== 401) open.push(`${method.toUpperCase()} ${path} ${status}`);
    }
  }
  assert.equal(open.sort(), [
    'GET /.well-known/jwks.json 200',
    'GET /healthz 200',
    'POST /v1/sessions 422',
    'POST /v1/sessions/refresh 422',
  ]);
});

test('it needs a token itself', async () => {
  assert.is((await it.ask('GET', '/v1/openapi.json')).status, 401);
});

test.run();
