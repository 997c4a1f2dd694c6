// The roles table, cell by cell: every operation × every role × every kind of token.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Principal } from '#src/daemon/core/caller.js';
import { authorize, OPERATIONS, type Operation, refusal } from '#src/daemon/core/policy.js';
import { Problem } from '#src/shared/problem.js';
import { ROLES, type Role, USER_ROLES } from '#src/shared/vocabulary.js';

// Written out by hand from the design, not derived from the code: admin, editor, viewer, auditor, reporter.
const TABLE: Record<Operation, string> = {
  'records.read': 'yes yes yes yes no',
  'records.write': 'yes yes no no no',
  administer: 'yes no no no no',
  own: 'yes yes yes yes no',
  'own.credentials': 'yes yes yes yes no',
  'audit.object': 'yes yes yes yes no',
  'audit.log': 'yes no no yes no',
  'service.read': 'yes yes yes yes yes',
  'service.inspect': 'yes no no yes no',
  'events.report': 'yes no no no yes',
};

const says = (operation: Operation, role: Role) => TABLE[operation].split(' ')[ROLES.indexOf(role)] === 'yes';

function principal(userRole: Role, token?: { role: Role; tenantId?: string }): Principal {
  const user = { id: '7', name: 'Grace', email: 'grace@example.com', role: userRole };
  return token === undefined
    ? { user, sessionId: 's', expiresAt: 0 }
    : { user, token: { id: 't', name: 'ci', ...token }, expiresAt: 0 };
}

const allowed = (who: Principal, operation: Operation) => refusal(who, operation) === undefined;

test('the table has every operation', () => {
  assert.equal(Object.keys(TABLE).sort(), [...OPERATIONS].sort());
});

for (const operation of OPERATIONS) {
  test(`${operation}: people`, () => {
    for (const role of USER_ROLES) {
      assert.is(allowed(principal(role), operation), says(operation, role), `${role} with a session`);
    }
  });

  test(`${operation}: tokens may what both their role and their owner may`, () => {
    for (const owner of USER_ROLES) {
      for (const role of ROLES) {
        const expected = operation !== 'own.credentials' && says(operation, role) && says(operation, owner);
        assert.is(allowed(principal(owner, { role }), operation), expected, `token ${role} of ${owner}`);
      }
    }
  });

  test(`${operation}: tokens of one tenant reach the audit API alone`, () => {
    const reachable = ['audit.log', 'events.report', 'service.read'].includes(operation);
    for (const owner of USER_ROLES) {
      for (const role of ROLES) {
        const expected = reachable && says(operation, role) && says(operation, owner);
        const who = principal(owner, { role, tenantId: 't1' });
        assert.is(allowed(who, operation), expected, `tenant token ${role} of ${owner}`);
      }
    }
  });
}

test('a refusal is a problem with the reason', () => {
  try {
    authorize({ principal: principal('viewer'), facts: { requestId: 'r' } }, 'records.write');
    assert.unreachable();
  } catch (error) {
    assert.instance(error, Problem);
    assert.is((error as Problem).code, 'forbidden');
    assert.match((error as Problem).message, 'the role viewer may not change records');
  }
});

test('a caller that was let through is marked', () => {
  const caller = { principal: principal('viewer'), facts: { requestId: 'r' } };
  authorize(caller, 'records.read');
  assert.is((caller as { authorized?: string }).authorized, 'records.read');
});

test.run();
