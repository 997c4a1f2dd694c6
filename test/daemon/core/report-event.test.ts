import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { contentDigest, pendingFromReport } from '#src/daemon/core/report-event.js';
import type { ReportedEvent } from '#src/shared/data-event.js';
import { reportFaults } from '#src/shared/report-faults.js';
import { uuidV8 } from '#src/shared/uuid-v8.js';

const NOW = 1_700_000_000_000;
const MINUTE_MS = 60_000;
const hmacKey = Buffer.alloc(32, 7);

const viewed: ReportedEvent = {
  action: 'viewed',
  timestamp: NOW,
  actorType: 'users',
  actorId: '1',
  targetType: 'files',
  targetId: 'a.txt',
};
const changed: ReportedEvent = { ...viewed, action: 'changed', changes: { size: { prev: 1, next: 2 } } };

const pending = (report: ReportedEvent, ownerId = '9') => pendingFromReport({ report, ownerId, hmacKey });

const fine: [name: string, report: object][] = [
  ['a view', viewed],
  ['a change', changed],
  ['a created without changes', { ...viewed, action: 'created' }],
  ['a deleted with changes', { ...changed, action: 'deleted' }],
  ['a denied change without changes', { ...viewed, action: 'changed', outcome: 'denied' }],
  ['numbers as ids', { ...viewed, id: 5, actorId: 1, targetId: 2, onBehalfOf: { type: 'users', id: 3 } }],
  ['a change with one side', { ...changed, changes: { size: { next: 2 } } }],
  ['a clock that is five minutes ahead', { ...viewed, timestamp: NOW + 5 * MINUTE_MS }],
  ['8 KiB of metadata', { ...viewed, metadata: { a: 'x'.repeat(8 * 1024 - 8) } }],
];
for (const [name, report] of fine) {
  test(`accepts ${name}`, () => assert.equal(reportFaults(report, NOW), []));
}

const refused: [name: string, report: unknown, field: string, reason: RegExp][] = [
  ['what is no object', 5, '', /must be an object/],
  ['no target', { ...viewed, targetId: undefined }, 'targetId', /is required/],
  ['a fraction as id', { ...viewed, targetId: 1.5 }, 'targetId', /must be a string/],
  ['an unknown action', { ...viewed, action: 'read' }, 'action', /must be one of viewed/],
  ['an unknown field', { ...viewed, colour: 'red' }, 'colour', /not a known field/],
  ['a source of its own', { ...viewed, source: 'data-layer' }, 'source', /not a known field/],
  ['a seq of its own', { ...viewed, seq: 1 }, 'seq', /not a known field/],
  ['a time that is text', { ...viewed, timestamp: '2024-01-01' }, 'timestamp', /must be an integer/],
  ['a time too far ahead', { ...viewed, timestamp: NOW + 5 * MINUTE_MS + 1 }, 'timestamp', /5 minutes ahead/],
  ['a view with changes', { ...changed, action: 'viewed' }, 'changes', /left out with viewed/],
  ['a denied change with changes', { ...changed, outcome: 'denied' }, 'changes', /the outcome denied/],
  ['a failure with changes', { ...changed, outcome: 'failure' }, 'changes', /the outcome failure/],
  ['a change without changes', { ...viewed, action: 'changed' }, 'changes', /is required with changed/],
  ['a change with empty changes', { ...changed, changes: {} }, 'changes', /must name a field/],
  ['a change that is no pair', { ...changed, changes: { size: 2 } }, 'changes/size', /must be an object/],
  ['a third side', { ...changed, changes: { size: { now: 2 } } }, 'changes/size/now', /not a known field/],
  [
    'too much metadata',
    { ...viewed, metadata: { a: 'é'.repeat(4 * 1024) } },
    'metadata',
    /larger than 8 KiB/,
  ],
  ['structured metadata', { ...viewed, metadata: { a: [] } }, 'metadata/a', /must be/],
  [
    '51 keys of metadata',
    { ...viewed, metadata: Object.fromEntries(Array.from({ length: 51 }, (_, key) => [key, 1])) },
    'metadata',
    /at most 50 fields/,
  ],
  ['other context', { ...viewed, context: { device: 'x' } }, 'context/device', /not a known field/],
  [
    'a lone surrogate deep inside',
    { ...changed, changes: { size: { next: ['\ud800'] } } },
    'changes/size/next/0',
    /surrogate/,
  ],
  ['U+0000', { ...viewed, targetName: 'a\u0000' }, 'targetName', /U\+0000/],
  ['another schema version', { ...viewed, schemaVersion: 2 }, 'schemaVersion', /must be 1/],
];
for (const [name, report, field, reason] of refused) {
  test(`refuses ${name}, naming the field`, () => {
    const [fault] = reportFaults(report, NOW);
    assert.is(fault?.field, field);
    assert.match(fault?.reason ?? '', reason);
  });
}

test('is the event as reported, with what the daemon adds', () => {
  const event = pending({ ...changed, id: 'e1', tenantId: 't1', metadata: { a: 1 }, context: {} });
  assert.match(event.id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(
    { ...event, id: '' },
    {
      id: '',
      action: 'changed',
      outcome: 'success',
      timestamp: NOW,
      actorType: 'users',
      actorId: '1',
      targetType: 'files',
      targetId: 'a.txt',
      changes: { size: { prev: 1, next: 2 } },
      tenantId: 't1',
      metadata: { a: 1 },
      externalId: 'e1',
      source: 'reported:9',
      schemaVersion: 1,
    },
  );
});

test('keeps ids as strings and both sides of a change', () => {
  const report = { ...changed, targetId: 2, changes: { size: { next: 2 } } } as unknown as ReportedEvent;
  const event = pending(report);
  assert.is(event.targetId, '2');
  assert.equal(event.changes, { size: { prev: null, next: 2 } });
  assert.is(event.id, pending({ ...changed, targetId: '2', changes: { size: { prev: null, next: 2 } } }).id);
});

test('takes the tenant of the token', () => {
  assert.is(pendingFromReport({ report: viewed, ownerId: '9', hmacKey, tenantId: 't2' }).tenantId, 't2');
});

test('an id of its own makes the id, with the owner and whatever the content', () => {
  const id = pending({ ...viewed, id: 'e1' }).id;
  assert.is(pending({ ...changed, id: 'e1' }).id, id);
  assert.is.not(pending({ ...viewed, id: 'e2' }).id, id);
  assert.is.not(pending({ ...viewed, id: 'e1' }, '8').id, id);
});

test('owner and id are framed', () => {
  assert.is.not(pending({ ...viewed, id: '23' }, '1').id, pending({ ...viewed, id: '3' }, '12').id);
  assert.is.not(pending({ ...viewed, id: '","b' }, 'a').id, pending({ ...viewed, id: 'b' }, 'a","').id);
});

test('without an id the content makes it, under the key and with the owner', () => {
  const id = pending(viewed).id;
  assert.is(pending({ ...viewed, outcome: 'success', metadata: {} }).id, id);
  assert.is.not(pending({ ...viewed, targetId: 'b.txt' }).id, id);
  assert.is.not(pending(viewed, '8').id, id);
  const other = pendingFromReport({ report: viewed, ownerId: '9', hmacKey: Buffer.alloc(32, 8) });
  assert.is.not(other.id, id);
});

test('the digest is of what was said, and not of what the daemon added', () => {
  const event = pending({ ...changed, id: 'e1' });
  const digest = contentDigest(event);
  assert.is(contentDigest({ ...event, seq: 7, recordedAt: NOW + 1 }), digest);
  assert.is(contentDigest({ ...event, count: 1 }), digest);
  assert.is(contentDigest(JSON.parse(JSON.stringify(event)) as typeof event), digest);
  for (const other of [
    { ...event, timestamp: NOW - 1 },
    { ...event, outcome: 'denied' as const },
    { ...event, changes: { size: { prev: 1, next: 3 } } },
    { ...event, metadata: { a: 1 } },
    { ...event, externalId: 'e2' },
    { ...event, count: 2 },
  ]) {
    assert.is.not(contentDigest(other), digest);
  }
});

test('RFC 9562: version and variant bits, and every other bit from the hash', () => {
  assert.is(uuidV8(new Uint8Array(32)), '00000000-0000-8000-8000-000000000000');
  assert.is(uuidV8(new Uint8Array(32).fill(255)), 'ffffffff-ffff-8fff-bfff-ffffffffffff');
});

test('different external ids have different ids, also with odd characters', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(text, text, text, text, (owner, id, otherOwner, otherId) => {
      fc.pre(owner !== otherOwner || id !== otherId);
      assert.is.not(pending({ ...viewed, id }, owner).id, pending({ ...viewed, id: otherId }, otherOwner).id);
    }),
    { seed: 1 },
  );
});

test('takes every event of the example history, each under an id of its own', () => {
  const lines = gunzipSync(readFileSync('examples/fastify-history.jsonl.gz'))
    .toString('utf8')
    .trim()
    .split('\n');
  const ids = new Set<string>();
  for (const line of lines) {
    const report = JSON.parse(line) as ReportedEvent;
    assert.equal(reportFaults(report, NOW * 2), []);
    ids.add(pending(report).id);
  }
  assert.is(lines.length, 10_992);
  assert.is(ids.size, lines.length);
});

test.run();
