// docs/api.md names every route with the operation that it needs, every parameter of a query and every problem.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FILTER_KEYS } from '#src/shared/audit-filter.js';
import { PROBLEMS } from '#src/shared/problem.js';
import { temporaryDaemon } from '../daemon/temporary-daemon.js';
import { codeRows, packageFile } from './package-files.js';

const page = packageFile('docs/api.md');
const rows = codeRows(page);

test('the page has each route of the API document, with the operations that it needs', async () => {
  const daemon = await temporaryDaemon();
  try {
    const { body } = await daemon.ask('GET', '/v1/openapi.json', { token: await daemon.login() });
    const paths = body.paths as Record<string, Record<string, { description: string }>>;
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { description }]) => {
        const needs = [...description.matchAll(/`([a-z.]+)`/g)].map(([, operation]) => operation);
        return `${method.toUpperCase()} ${path}: ${needs.join(', ')}`;
      }),
    );
    const documented = rows
      .filter(([name = '']) => /^[A-Z]+ \//.test(name))
      .map(([name, needs]) => `${name}: ${needs}`);
    assert.equal(documented.sort(), routes.sort());
  } finally {
    await daemon.stop();
  }
});

test('the page has each filter of audit queries', () => {
  const missing = FILTER_KEYS.filter(key => !page.includes(`\`${key}\``));
  assert.equal(missing, []);
});

test('the page has each problem with its status', () => {
  const expected = Object.entries(PROBLEMS).map(([code, { status }]) => `${code} ${status}`);
  const documented = rows
    .filter(([name = '', status = '']) => /^[a-z_]+$/.test(name) && /^\d{3}$/.test(status))
    .map(([name, status]) => `${name} ${status}`);
  assert.equal(documented, expected);
});

test.run();
