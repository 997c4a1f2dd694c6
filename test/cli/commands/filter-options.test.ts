import { Command } from 'commander';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { addFilterOptions, type FilterFlags, filterQuery } from '#src/cli/commands/audit/filter-options.js';
import { FILTER_KEYS } from '#src/shared/audit-filter.js';
import { type AuditQuery, auditParams } from '#src/shared/audit-query.js';

const now = Date.UTC(2026, 6, 31);

/** From the command line to the query, as the program does it. */
function query(...args: string[]): AuditQuery {
  const command = addFilterOptions(new Command()).exitOverride();
  command.parse(args, { from: 'user' });
  return filterQuery(command.opts<FilterFlags>(), now);
}

test('every filter of the API has an option', () => {
  const { include } = query(
    ...['--actor', 'users:1', '--actor', 'tokens:', '--target', 'notes:17', '--action', 'changed,deleted'],
    ...[
      '--outcome',
      'denied',
      '--field',
      'email',
      '--name',
      'session.created',
      '--request',
      'r',
      '--correlation',
      'c',
    ],
    ...[
      '--tenant',
      't',
      '--on-behalf-of',
      'users:2',
      '--ip',
      '::1',
      '--session',
      's',
      '--source',
      'data-layer',
    ],
  );
  assert.equal(include, {
    actor: ['users:1', 'tokens:'],
    target: ['notes:17'],
    action: ['changed', 'deleted'],
    outcome: ['denied'],
    field: ['email'],
    eventName: ['session.created'],
    requestId: ['r'],
    correlationId: ['c'],
    tenantId: ['t'],
    onBehalfOf: ['users:2'],
    ip: ['::1'],
    sessionId: ['s'],
    source: ['data-layer'],
  });
  assert.equal(Object.keys(include ?? {}).sort(), [...FILTER_KEYS].sort());
});

test('the query string is that of the contract', () => {
  const asked = query(
    ...['--actor', 'users:1', '--actor', 'users:2', '--action', 'viewed', '--action', 'changed'],
    ...[
      '--not',
      'action=viewed',
      '--not',
      'actor=users:9',
      '--since',
      '2h',
      '--until',
      '2026-07-31T00:00Z',
      '--order',
      'asc',
    ],
  );
  assert.is(
    decodeURIComponent(auditParams({ ...asked, limit: 5, cursor: 'x' }).toString()),
    `actor=users:1&actor=users:2&action=viewed,changed&not=action:viewed&not=actor:users:9&since=${now - 7_200_000}&until=${now}&limit=5&order=asc&cursor=x`,
  );
});

test('--not takes the words of the options and those of the API', () => {
  assert.equal(query('--not', 'name=a', '--not', 'eventName=b', '--not', 'action:viewed').exclude, {
    eventName: ['a', 'b'],
    action: ['viewed'],
  });
});

const refused: [args: string[], message: RegExp][] = [
  [['--action', 'view'], /--action takes viewed, created, changed, deleted, not "view"/],
  [['--outcome', 'ok'], /--outcome takes success/],
  [['--actor', 'users'], /--actor takes TYPE:ID/],
  [['--not', 'viewed'], /--not takes filter=value, not "viewed"\. The filters are actor, /],
  [['--not', 'colour=red'], /--not takes filter=value/],
  [['--not', 'action=seen'], /--not action takes viewed/],
  [['--since', 'soon'], /--since does not understand/],
  [['--order', 'up'], /--order takes desc or asc/],
  [['--field', ''], /--field needs a value/],
];
for (const [args, message] of refused) {
  test(`${args.join(' ')} is a usage error`, () => assert.throws(() => query(...args), message));
}

test.run();
