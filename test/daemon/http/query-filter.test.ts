import { parse as parseQueryString } from 'node:querystring';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseAuditQuery } from '#src/daemon/http/query-filter.js';
import { type AuditFilter, FILTER_KEYS, type FilterKey } from '#src/shared/audit-filter.js';
import { auditQueryText, MAX_QUERY_TEXT } from '#src/shared/audit-filter-text.js';
import { auditParams } from '#src/shared/audit-query.js';
import { Problem } from '#src/shared/problem.js';
import { ACTIONS, ORDERS, OUTCOMES } from '#src/shared/vocabulary.js';

const parse = (text: string, beside?: string[]) => parseAuditQuery(parseQueryString(text), beside);

const understood: [query: string, filter: Partial<AuditFilter>][] = [
  ['', {}],
  ['actor=users:1&actor=users:2', { include: { actor: ['users:1', 'users:2'] } }],
  ['target=notes:', { include: { target: ['notes:'] } }],
  ['target=files:a%3Ab/c', { include: { target: ['files:a:b/c'] } }],
  [
    'action=viewed,changed&outcome=denied',
    { include: { action: ['viewed', 'changed'], outcome: ['denied'] } },
  ],
  ['action=viewed&action=viewed,created', { include: { action: ['viewed', 'created'] } }],
  ['field=email&ip=127.0.0.1', { include: { field: ['email'], ip: ['127.0.0.1'] } }],
  ['not=action:viewed', { exclude: { action: ['viewed'] } }],
  [
    'not=action:viewed,created&not=actor:system:daemon&not=actor:users:',
    { exclude: { action: ['viewed', 'created'], actor: ['system:daemon', 'users:'] } },
  ],
  ['eventName=a,b', { include: { eventName: ['a,b'] } }],
  ['since=5&until=2024-01-01T00:00:00%2B01:00', { since: 5, until: Date.UTC(2023, 11, 31, 23) }],
  ['since=5&until=5', { since: 5, until: 5 }],
];
for (const [query, filter] of understood) {
  test(`understands ${query || 'an empty query'}`, () => {
    assert.equal(parse(query), {
      filter: { include: {}, exclude: {}, ...filter },
      limit: 50,
      order: 'desc',
    });
  });
}

test('takes limit, order and cursor', () => {
  const { limit, order, cursor } = parse('limit=1000&order=asc&cursor=abc');
  assert.equal([limit, order, cursor], [1000, 'asc', 'abc']);
});

test('leaves parameters of the route alone', () => {
  assert.equal(parse('by=actor&limit=5', ['by', 'limit']).limit, 5);
});

const refused: [query: string, field: string, reason: RegExp][] = [
  ['color=red', 'color', /not a parameter; known are actor, target/],
  ['__proto__=1', '__proto__', /not a parameter/],
  ['actor=users', 'actor', /TYPE:ID/],
  ['actor=1x:2', 'actor', /TYPE:ID/],
  ['onBehalfOf=', 'onBehalfOf', /empty/],
  ['target=notes:1&target=oops', 'target', /TYPE:ID/],
  ['action=view', 'action', /list of viewed, created, changed, deleted/],
  ['action=viewed,', 'action', /list of/],
  ['outcome=', 'outcome', /list of success/],
  ['field=', 'field', /empty/],
  ['field=a%00', 'field', /U\+0000/],
  [`field=${'x'.repeat(2000)}`, 'field', /longer than 1024/],
  ['not=viewed', 'not', /KEY:VALUE/],
  ['not=color:red', 'not', /KEY:VALUE/],
  ['not=action:view', 'not', /value for action that must be/],
  ['not=actor:users', 'not', /value for actor that must be TYPE:ID/],
  ['since=yesterday', 'since', /RFC 3339/],
  ['since=2024-02-30T00:00:00Z', 'since', /RFC 3339/],
  ['since=2024-01-01T00:00:00+01:00', 'since', /%2B/],
  ['since=-1', 'since', /milliseconds/],
  ['until=1.5', 'until', /milliseconds/],
  ['until=9999999999999999', 'until', /milliseconds/],
  ['since=6&until=5', 'since', /later than until/],
  ['since=1&since=2', 'since', /more than once/],
  ['limit=0', 'limit', /1 to 1000/],
  ['limit=1001', 'limit', /1 to 1000/],
  ['limit=1e2', 'limit', /1 to 1000/],
  ['limit=5&limit=6', 'limit', /more than once/],
  ['order=up', 'order', /desc, asc/],
  ['cursor=', 'cursor', /empty/],
  ['cursor=a&cursor=b', 'cursor', /more than once/],
];
for (const [query, field, reason] of refused) {
  test(`refuses ${query.slice(0, 40)} and names ${field}`, () => {
    try {
      parse(query);
    } catch (error) {
      assert.instance(error, Problem);
      assert.is((error as Problem).code, 'bad_request');
      const fault = (error as Problem).details.errors?.[0];
      assert.is(fault?.field, field);
      assert.match(fault?.reason ?? '', reason);
      return;
    }
    assert.unreachable('accepted');
  });
}

test('refuses what a route does not take', () => {
  assert.throws(() => parse('cursor=a', ['limit', 'by']), /cursor is not a parameter/);
});

test('names every parameter that is wrong', () => {
  assert.throws(() => parse('limit=x&order=y&colour=z'), /limit .*; order .*; colour /);
});

/** Any filter that a query can put. */
const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter(value => !value.includes('\0'));
const valueFor = (key: FilterKey): fc.Arbitrary<string> => {
  if (key === 'action') return fc.constantFrom(...ACTIONS);
  if (key === 'outcome') return fc.constantFrom(...OUTCOMES);
  if (key === 'actor' || key === 'target' || key === 'onBehalfOf') {
    return fc
      .tuple(fc.constantFrom('users', 'notes', 'x.y'), fc.oneof(text, fc.constant('')))
      .map(ref => ref.join(':'));
  }
  return text;
};
const values = fc.record(
  Object.fromEntries(
    FILTER_KEYS.map(key => [key, fc.uniqueArray(valueFor(key), { minLength: 1, maxLength: 3 })]),
  ) as Record<FilterKey, fc.Arbitrary<string[]>>,
  { requiredKeys: [] },
);
const filters = fc.record(
  { include: values, exclude: values, since: fc.nat(), until: fc.nat().map(ms => ms + 2 ** 31) },
  { requiredKeys: ['include', 'exclude'] },
);

/** The same filter with its alternatives in order. */
const ordered = ({ include, exclude, ...times }: AuditFilter): AuditFilter => {
  const sort = (terms: AuditFilter['include']) =>
    Object.fromEntries(Object.entries(terms).map(([key, alternatives]) => [key, [...alternatives].sort()]));
  return { ...times, include: sort(include), exclude: sort(exclude) };
};

test('what the client formats is what the daemon reads', () => {
  fc.assert(
    fc.property(
      filters,
      fc.integer({ min: 1, max: 1000 }),
      fc.constantFrom(...ORDERS),
      (filter, limit, order) => {
        const read = parse(auditParams({ ...filter, limit, order }).toString());
        assert.equal({ ...read, filter: ordered(read.filter) }, { filter: ordered(filter), limit, order });
      },
    ),
    { seed: 1, numRuns: 200 },
  );
});

test('the text of a query asks the same query, and is the same however it was put', () => {
  fc.assert(
    fc.property(filters, filter => {
      const words = auditQueryText({ filter });
      fc.pre(words.length < MAX_QUERY_TEXT);
      const read = parse(words).filter;
      assert.equal(read, ordered(filter));
      assert.is(auditQueryText({ filter: read }), words);
    }),
    { seed: 1, numRuns: 200 },
  );
});

test('the text of a query is readable and leaves out what goes without saying', () => {
  const { filter } = parse('not=actor:system:daemon&target=files:a/b&action=deleted,changed&actor=users:1');
  assert.is(
    auditQueryText({ filter, limit: 50, order: 'desc' }),
    'actor=users:1&target=files:a/b&action=changed,deleted&not=actor:system:daemon',
  );
  assert.is(
    auditQueryText({
      filter: { include: {}, exclude: {} },
      limit: 5,
      order: 'asc',
      by: 'actor',
      follow: true,
    }),
    'limit=5&order=asc&by=actor&follow=true',
  );
});

test('long queries stay different from each other in a bounded text', () => {
  const long = (last: string) => {
    const field = [...Array.from({ length: 500 }, (_, index) => `a-rather-long-field-${index}`), last];
    return auditQueryText({ filter: { include: { field }, exclude: {} } });
  };
  assert.is(long('x').length, MAX_QUERY_TEXT);
  assert.is.not(long('x'), long('y'));
});

test.run();
