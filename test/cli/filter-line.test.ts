import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { filterCompletions, formatFilterLine, parseFilterLine } from '#src/cli/filter-line.js';
import type { AuditFilter } from '#src/shared/audit-filter.js';

const NOW = Date.UTC(2026, 6, 31, 12);

const lines: [line: string, filter: AuditFilter][] = [
  ['', { include: {}, exclude: {} }],
  [
    'actor:users:1 action:changed,created -action:viewed',
    { include: { actor: ['users:1'], action: ['changed', 'created'] }, exclude: { action: ['viewed'] } },
  ],
  ['field:email field:name', { include: { field: ['email', 'name'] }, exclude: {} }],
  ['since:2h', { include: {}, exclude: {}, since: NOW - 7_200_000 }],
  ['target:files:"a b\\"c"', { include: { target: ['files:a b"c'] }, exclude: {} }],
  ['-target:"files:x y"', { include: {}, exclude: { target: ['files:x y'] } }],
  ['name:session.created', { include: { eventName: ['session.created'] }, exclude: {} }],
];
for (const [line, filter] of lines) {
  test(`the line "${line}"`, () => {
    assert.equal(parseFilterLine(line, NOW), filter);
    assert.equal(parseFilterLine(formatFilterLine(filter), NOW), filter);
  });
}

const faults: [line: string, message: RegExp][] = [
  ['changed', /"changed" is no filter: write name:value/],
  ['action:', /"action:" is no filter/],
  ['colour:red', /no filter "colour".*actor, target/],
  ['action:eaten', /takes viewed, created, changed, deleted, not "eaten"/],
  ['actor:ada', /takes TYPE:ID/],
  ['since:soon', /does not understand "soon"/],
];
for (const [line, message] of faults) {
  test(`"${line}" is refused with a reason`, () => {
    assert.throws(
      () => parseFilterLine(line, NOW),
      (error: Error) => message.test(error.message),
    );
  });
}

test('completion knows the names, the fixed words, the times and what was seen', () => {
  const offers = (line: string) =>
    filterCompletions(line, line.length, () => ['users:1', 'users:2']).candidates;
  assert.equal(offers('ac'), ['actor:', 'action:']);
  assert.equal(offers('since:y'), ['since:yesterday']);
  assert.equal(offers('action:c'), ['action:created', 'action:changed']);
  assert.equal(offers('x:1 -act'), ['-actor:', '-action:']);
  assert.equal(offers('actor:users:2'), ['actor:users:2']);
});

test.run();
