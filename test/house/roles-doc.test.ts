// docs/roles.md is the roles table, for people.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { POLICY } from '#src/daemon/core/policy.js';
import { GRANTS } from '#src/daemon/core/tokens.js';
import { codeRows, packageFile } from './package-files.js';

const ROLES = ['admin', 'editor', 'viewer', 'auditor', 'reporter'] as const;
const rows = codeRows(packageFile('docs/roles.md'));

test('the page has each operation, and who may do it', () => {
  const documented = rows.filter(row => row.length === 7).map(([name, , ...may]) => [name, ...may]);
  const expected = Object.entries(POLICY).map(([name, { roles }]) => [
    name,
    ...ROLES.map(role => ((roles as readonly string[]).includes(role) ? 'yes' : 'no')),
  ]);
  assert.equal(documented, expected);
});

test('the page has each role that an owner can give to a token', () => {
  const documented = rows.filter(row => row.length === 2);
  const expected = Object.entries(GRANTS).map(([owner, roles]) => [
    owner,
    [...(roles ?? [])].sort().join(', '),
  ]);
  assert.equal(
    documented.map(([owner, roles = '']) => [owner, roles.split(', ').sort().join(', ')]).sort(),
    expected.sort(),
  );
});

test.run();
