import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { changedChanges, createdChanges, deletedChanges } from '#src/daemon/data/changes.js';
import { jsonEqual } from '#src/daemon/data/json-equal.js';
import { mergePatch } from '#src/daemon/data/merge-patch.js';
import type { RecordBody, RecordType } from '#src/daemon/data/record-type.js';

/** As much of a type as `changes` depends on. */
const type = {
  secret: new Set(['pin', 'a~b']),
  ignored: new Set(['seenAt']),
} as Pick<RecordType, 'secret' | 'ignored'> as RecordType;

const changed: [name: string, prev: RecordBody, next: RecordBody, changes: object | null][] = [
  ['another value', { name: 'a', n: 1 }, { name: 'b', n: 1 }, { name: { prev: 'a', next: 'b' } }],
  ['a new field', {}, { name: 'a' }, { name: { prev: null, next: 'a' } }],
  ['a removed field', { name: 'a' }, {}, { name: { prev: 'a', next: null } }],
  ['null for absent', { name: null }, {}, null],
  ['another order of members', { at: { x: 1, y: [1, 2] } }, { at: { y: [1, 2], x: 1 } }, null],
  ['another order of items', { l: [1, 2] }, { l: [2, 1] }, { l: { prev: [1, 2], next: [2, 1] } }],
  ['a nested null for absent', { at: { x: null } }, { at: {} }, { at: { prev: { x: null }, next: {} } }],
  ['an array for an object', { at: [] }, { at: {} }, { at: { prev: [], next: {} } }],
  ['zero for minus zero', { n: 0 }, { n: -0 }, null],
  ['an ignored field alone', { seenAt: 1 }, { seenAt: 2 }, null],
  ['an ignored field among others', { seenAt: 1 }, { seenAt: 2, n: 1 }, { n: { prev: null, next: 1 } }],
  ['an inherited name', {}, { constructor: 'x' }, { constructor: { prev: null, next: 'x' } }],
  ['nothing', { a: 1 }, { a: 1 }, null],
];
for (const [name, prev, next, changes] of changed) {
  test(`changed: ${name}`, () => {
    // As text, because uvu takes a field named constructor for the object's class.
    const expected = changes && { changes, redactions: [] };
    assert.is(JSON.stringify(changedChanges(type, prev, next)), JSON.stringify(expected));
  });
}

const redacted = [{ prev: null, next: null }];
const secrets: [name: string, prev: RecordBody, next: RecordBody, field: string, paths: string[]][] = [
  ['set', {}, { pin: '1' }, 'pin', ['/changes/pin/next']],
  ['removed', { pin: '1' }, {}, 'pin', ['/changes/pin/prev']],
  ['changed', { pin: '1' }, { pin: '2' }, 'pin', ['/changes/pin/prev', '/changes/pin/next']],
  ['under a name that a pointer escapes', {}, { 'a~b': 1 }, 'a~b', ['/changes/a~0b/next']],
];
for (const [name, prev, next, field, paths] of secrets) {
  test(`a secret that is ${name} shows that it was there and nothing else`, () => {
    const found = changedChanges(type, prev, next);
    assert.equal(found?.changes, { [field]: redacted[0] });
    assert.equal(
      found?.redactions,
      paths.map(path => ({ path, kind: 'secret' })),
    );
  });
}

test('created and deleted carry every field that is not null, and no ignored one', () => {
  const body = { name: 'Ada', note: null, pin: '1', seenAt: 5, tags: [] };
  assert.equal(createdChanges(type, body), {
    changes: {
      name: { prev: null, next: 'Ada' },
      pin: { prev: null, next: null },
      tags: { prev: null, next: [] },
    },
    redactions: [{ path: '/changes/pin/next', kind: 'secret' }],
  });
  assert.equal(deletedChanges(type, body), {
    changes: {
      name: { prev: 'Ada', next: null },
      pin: { prev: null, next: null },
      tags: { prev: [], next: null },
    },
    redactions: [{ path: '/changes/pin/prev', kind: 'secret' }],
  });
});

test('the nexts of a change, as a patch, lead from the old body to the new one', () => {
  const open = { secret: new Set(), ignored: new Set() } as Pick<
    RecordType,
    'secret' | 'ignored'
  > as RecordType;
  const scalar = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.array(fc.integer(), { maxLength: 2 }));
  const body = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), scalar);
  fc.assert(
    fc.property(body, body, (prev, next) => {
      const found = changedChanges(open, prev, next);
      assert.is(found === null, jsonEqual(prev, next));
      const patch = Object.fromEntries(
        Object.entries(found?.changes ?? {}).map(([field, change]) => [field, change.next]),
      );
      assert.ok(jsonEqual(mergePatch(prev, patch), next));
      for (const [field, change] of Object.entries(found?.changes ?? {})) {
        assert.equal(change.prev, prev[field] ?? null);
      }
    }),
    { seed: 1 },
  );
});

test.run();
