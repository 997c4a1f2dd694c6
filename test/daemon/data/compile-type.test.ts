import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BUILT_IN } from '#src/daemon/data/built-in-types.js';
import { compileType, type TypeSource } from '#src/daemon/data/compile-type.js';
import type { RecordType } from '#src/daemon/data/record-type.js';
import { schemaFaults } from '#src/daemon/data/type-schema.js';
import { type FieldFault, Problem } from '#src/shared/problem.js';

/** The faults that a definition is refused with; throws if it is not. */
function refusal(source: TypeSource): FieldFault[] {
  try {
    compileType(source);
  } catch (error) {
    if (error instanceof Problem && error.code === 'invalid') return error.details.errors ?? [];
    throw error;
  }
  throw new Error('The type was accepted.');
}

const withProperties = (properties: Record<string, unknown>, rest: Record<string, unknown> = {}) => ({
  name: 'invoices',
  schema: { type: 'object', properties, ...rest },
});

const text = { type: 'string' };

const invoices = compileType({
  name: 'invoices',
  schema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://example.com/invoice',
    type: 'object',
    required: ['number', 'status'],
    properties: {
      number: { type: 'string', minLength: 1, 'x-whodid': { unique: true, indexed: true, name: true } },
      total: { type: 'number', minimum: 0 },
      status: { enum: ['draft', 'sent'], default: 'draft' },
      address: { $ref: '#/$defs/address' },
      pin: {
        type: 'object',
        properties: { code: text },
        additionalProperties: false,
        'x-whodid': { secret: true },
      },
      seenAt: { type: 'integer', 'x-whodid': { ignored: true } },
      customer: { type: 'string', 'x-whodid': { indexed: true, secret: false } },
      tags: { type: 'array', items: text, default: ['new'] },
    },
    dependentRequired: { customer: ['address'] },
    $defs: {
      address: { type: 'object', required: ['zip'], properties: { zip: text }, additionalProperties: false },
    },
    'x-whodid': { record: { viewed: 'none', created: 'metadata' } },
  },
  record: { created: 'changes', deleted: 'none' },
});

test('has the members of a compiled type and no others', () => {
  const members =
    'name builtIn schema recording fields secret ignored unique indexed nameField normalize faults';
  assert.equal(Object.keys(invoices).sort(), members.split(' ').sort());
  assert.is(invoices.name, 'invoices');
});

test('reads marks, levels and fields from the definition', () => {
  assert.equal(
    [...invoices.fields],
    ['number', 'total', 'status', 'address', 'pin', 'seenAt', 'customer', 'tags'],
  );
  assert.equal([...invoices.unique], ['number']);
  assert.equal([...invoices.secret], ['pin']);
  assert.equal([...invoices.ignored], ['seenAt']);
  assert.equal([...invoices.indexed], ['customer']);
  assert.is(invoices.nameField, 'number');
  assert.is(invoices.builtIn, false);
  assert.equal(invoices.recording, {
    viewed: 'none',
    created: 'changes',
    changed: 'changes',
    deleted: 'none',
  });
});

test('fills in defaults, drops nulls, orders by the schema and leaves the given body alone', () => {
  const body = { zip: 1, tags: null, total: 3, number: 'a', address: null };
  const normalized = invoices.normalize(body);
  assert.is(JSON.stringify(normalized), '{"number":"a","total":3,"status":"draft","tags":["new"],"zip":1}');
  assert.equal(body, { zip: 1, tags: null, total: 3, number: 'a', address: null });
  (normalized.tags as string[]).push('mine');
  assert.equal(invoices.normalize({}).tags, ['new'], 'a default is not shared between records');
});

const bodies: [name: string, body: Record<string, unknown>, faults: Record<string, RegExp>][] = [
  ['a valid body', { number: 'a', total: 1.5, address: { zip: 'x' } }, {}],
  ['a missing field', {}, { number: /^is required$/ }],
  ['null in a required field', { number: null }, { number: /^is required$/ }],
  [
    'an unknown field',
    { number: 'a', colour: 'red' },
    { colour: /^is not a field of invoices; known are number, total, status/ },
  ],
  ['an inherited name as a field', { number: 'a', toString: 1 }, { toString: /is not a field/ }],
  [
    'several fields',
    { total: 'x', status: 'paid', nope: 1 },
    {
      nope: /is not a field/,
      number: /^is required$/,
      total: /^must be a number$/,
      status: /^must be one of draft, sent$/,
    },
  ],
  ['a field of an object', { number: 'a', address: {} }, { 'address/zip': /^is required$/ }],
  ['an item', { number: 'a', tags: ['x', 1] }, { 'tags/1': /^must be a string$/ }],
  [
    'what two fields say together',
    { number: 'a', customer: 'c' },
    { address: /^is required with customer$/ },
  ],
];
for (const [name, body, expected] of bodies) {
  test(`validates ${name}`, () => {
    const faults = invoices.faults(invoices.normalize(body));
    assert.equal(
      faults.map(({ field }) => field),
      Object.keys(expected),
    );
    for (const { field, reason } of faults) assert.match(reason, expected[field]!);
  });
}

test('says nothing of the inside of a secret value', () => {
  const faults = invoices.faults({ number: 'a', status: 'draft', pin: { hunter2: 'hunter3' } });
  assert.equal(faults, [{ field: 'pin', reason: 'does not fit its schema' }]);
});

test('names a bounded number of faults in a body full of them', () => {
  const tags = Array.from({ length: 100_000 }, () => 1);
  assert.is(invoices.faults({ number: 'a', status: 'draft', tags }).length, 1);
});

const refused: [name: string, source: TypeSource, field: string, reason: RegExp][] = [
  ['a malformed name', { ...withProperties({}), name: '1x' }, 'name', /must start with a letter/],
  ['the name of something else', { ...withProperties({}), name: 'sessions' }, 'name', /the daemon keeps/],
  [
    'a root that is no object',
    { name: 'a', schema: { type: 'array', properties: {} } },
    'schema/type',
    /object/,
  ],
  ['a root without properties', { name: 'a', schema: { type: 'object' } }, 'schema/properties', /must be/],
  ['a field named id', withProperties({ id: text }), 'schema/properties/id', /given by the daemon/],
  [
    'a field named constructor',
    withProperties({ constructor: text }),
    'schema/properties/constructor',
    /no field/,
  ],
  ['a field name with a space', withProperties({ 'a b': text }), 'schema/properties/a b', /must start with/],
  [
    'an open root',
    withProperties({}, { additionalProperties: true }),
    'schema/additionalProperties',
    /left out/,
  ],
  [
    'fields by pattern',
    withProperties({}, { patternProperties: {} }),
    'schema/patternProperties',
    /not allowed/,
  ],
  [
    'a required field that is none',
    withProperties({}, { required: ['a'] }),
    'schema/required',
    /names a, which/,
  ],
  [
    'another dialect',
    withProperties({}, { $schema: 'http://json-schema.org/draft-07/schema#' }),
    'schema/$schema',
    /2020-12/,
  ],
  [
    'an unknown type',
    withProperties({ a: { type: 'strng' } }),
    'schema/properties/a/type',
    /must be one of array, boolean/,
  ],
  [
    'a broken pattern',
    withProperties({ a: { pattern: '(' } }),
    'schema',
    /Invalid regular expression: \/\(\/u/,
  ],
  [
    'a negative length',
    withProperties({ a: { minLength: -1 } }),
    'schema/properties/a/minLength',
    /at least 0/,
  ],
  [
    'a reference to elsewhere',
    withProperties({ a: { $ref: 'https://example.com/x' } }),
    'schema/properties/a/$ref',
    /must start with #/,
  ],
  [
    'a reference to the meta-schema',
    withProperties({ a: { $dynamicRef: 'https://json-schema.org/draft/2020-12/schema' } }),
    'schema/properties/a/$dynamicRef',
    /must start with #/,
  ],
  [
    'a reference to nothing',
    withProperties({ a: { $ref: '#/$defs/x' } }),
    'schema',
    /refers to #\/\$defs\/x/,
  ],
  [
    'a field that is itself',
    withProperties({ a: { $ref: '#/properties/a' } }),
    'schema/properties/a',
    /never end/,
  ],
  [
    'fields that are each other',
    withProperties({
      a: { not: { $ref: '#/properties/b' } },
      b: { anyOf: [text, { $ref: '#/properties/a' }] },
    }),
    'schema/properties/a',
    /never end/,
  ],
  [
    'an anchor that is itself',
    withProperties({ a: { $anchor: 'x', allOf: [{ $dynamicRef: '#x' }] } }),
    'schema/properties/a',
    /never end/,
  ],
  [
    'a root that is itself',
    withProperties({ a: text }, { else: { $ref: '#' }, dependentSchemas: { a: { $ref: '#' } } }),
    'schema',
    /never end/,
  ],
  [
    'a pointer with escapes that is itself',
    withProperties(
      { a: { $ref: '#/$defs/x~1%C3%A4' } },
      { $defs: { 'x/ä': { if: { $ref: '#/properties/a' } } } },
    ),
    'schema/properties/a',
    /never end/,
  ],
  [
    'a document within the document',
    withProperties({ a: { $id: 'urn:other', type: 'string' } }),
    'schema/properties/a/$id',
    /one document/,
  ],
  ['an asynchronous schema', withProperties({ a: text }, { $async: true }), 'schema/$async', /not a keyword/],
  [
    'a default that does not fit',
    withProperties({ a: { ...text, default: 1 } }),
    'schema/properties/a/default',
    /must be a string/,
  ],
  [
    'a schema that is too large',
    withProperties({ a: { description: 'x'.repeat(70_000) } }),
    'schema',
    /64 KiB/,
  ],
  [
    'a schema with a lone surrogate',
    withProperties({ a: { title: '\ud800' } }),
    'schema/properties/a/title',
    /lone surrogate/,
  ],
  [
    'an unknown mark',
    withProperties({ a: { 'x-whodid': { hidden: true } } }),
    'schema/properties/a/x-whodid/hidden',
    /known are secret/,
  ],
  [
    'a mark that is no boolean',
    withProperties({ a: { 'x-whodid': { secret: 1 } } }),
    'schema/properties/a/x-whodid/secret',
    /true or false/,
  ],
  [
    'marks that are no object',
    withProperties({ a: { 'x-whodid': true } }),
    'schema/properties/a/x-whodid',
    /must be an object/,
  ],
  [
    'two names',
    withProperties({
      a: { ...text, 'x-whodid': { name: true } },
      b: { ...text, 'x-whodid': { name: true } },
    }),
    'schema/properties/b/x-whodid/name',
    /a is the name already/,
  ],
  [
    'a name that is no string',
    withProperties({ a: { type: 'integer', 'x-whodid': { name: true } } }),
    'schema/properties/a/x-whodid',
    /type string/,
  ],
  [
    'a unique object',
    withProperties({ a: { type: 'object', 'x-whodid': { unique: true } } }),
    'schema/properties/a/x-whodid',
    /is unique, so its type/,
  ],
  [
    'an indexed field without a type',
    withProperties({ a: { 'x-whodid': { indexed: true } } }),
    'schema/properties/a/x-whodid',
    /is indexed, so its type/,
  ],
  [
    'a secret name',
    withProperties({ a: { ...text, 'x-whodid': { secret: true, name: true } } }),
    'schema/properties/a/x-whodid',
    /secret and name/,
  ],
  [
    'an unknown mark of the type',
    withProperties({}, { 'x-whodid': { level: 'none' } }),
    'schema/x-whodid/level',
    /known is record/,
  ],
  [
    'an unknown level',
    withProperties({}, { 'x-whodid': { record: { viewed: 'all' } } }),
    'schema/x-whodid/record/viewed',
    /none, metadata, changes/,
  ],
  [
    'an unknown action',
    { ...withProperties({}), record: { read: 'none' } as object },
    'record/read',
    /known are viewed/,
  ],
];
for (const [name, source, field, reason] of refused) {
  test(`refuses ${name} and says where`, () => {
    const faults = refusal(source);
    const fault = faults.find(each => each.field === field);
    assert.ok(fault, JSON.stringify(faults));
    assert.match(fault.reason, reason);
  });
}

test('refuses a schema that is nested too deeply for any recursion', () => {
  let deep: Record<string, unknown> = {};
  for (let level = 0; level < 100_000; level += 1) deep = { not: deep };
  assert.match(refusal(withProperties({ a: deep }))[0]!.reason, /nested/);
});

test('takes recursive schemas, boolean properties and unknown annotations', () => {
  const type = compileType(
    withProperties(
      { tree: { type: 'object', properties: { child: { $ref: '#/properties/tree' } } }, any: true },
      { 'x-ui': 1 },
    ),
  );
  assert.equal(type.faults({ tree: { child: { child: {} } }, any: [1] }), []);
  assert.is(type.faults({ tree: { child: { child: 1 } } })[0]?.field, 'tree/child/child');
});

test('unique items are compared each once, by what they mean', () => {
  const type = compileType(withProperties({ a: { type: 'array', uniqueItems: true } }));
  const cases: [items: unknown[], fits: boolean][] = [
    [[], true],
    [[1, '1', true, 'true', null, 'null', [1], ['1']], true],
    [[{ x: 1, y: 2 }, { x: 1 }], true],
    [
      [
        { x: 1, y: 2 },
        { y: 2, x: 1 },
      ],
      false,
    ],
    [[0, -0], false],
    [[[[]], [[]]], false],
    // Each with each would take longer than the runner lets a file take.
    [Array.from({ length: 400_000 }, (_, n) => n), true],
    [Array.from({ length: 100_000 }, (_, n) => ({ n: n % 99_999 })), false],
  ];
  for (const [items, fits] of cases) {
    const faults = fits ? [] : [{ field: 'a', reason: 'must not have the same item twice' }];
    assert.equal(type.faults({ a: items }), faults, JSON.stringify(items).slice(0, 40));
  }
  const loose = compileType(withProperties({ a: { type: 'array', uniqueItems: false } }));
  assert.equal(loose.faults({ a: [1, 1] }), []);
});

test('does not take inherited names for members of a nested object', () => {
  const nested = { type: 'object', required: ['constructor'], properties: { constructor: text } };
  const type = compileType(withProperties({ a: nested }));
  assert.equal(type.faults({ a: {} }), [{ field: 'a/constructor', reason: 'is required' }]);
});

test('normalizing twice is normalizing once, and keeps validity', () => {
  const body = fc.dictionary(fc.constantFrom(...invoices.fields, 'other'), fc.jsonValue({ maxDepth: 2 }));
  fc.assert(
    fc.property(body, generated => {
      const once = invoices.normalize(generated);
      assert.is(JSON.stringify(invoices.normalize(once)), JSON.stringify(once));
      assert.not(Object.values(once).includes(null));
    }),
    { seed: 1 },
  );
});

const builtIn = (name: string): RecordType => BUILT_IN.find(type => type.name === name)!;

test('users: defaults, unique e-mail, name; no unknown field', () => {
  const users = builtIn('users');
  assert.ok(users.builtIn);
  assert.equal([...users.unique], ['email']);
  assert.is(users.nameField, 'name');
  const ada = users.normalize({ email: 'ada@example.com', name: 'Ada' });
  assert.equal(ada, {
    name: 'Ada',
    email: 'ada@example.com',
    agreedTos: false,
    role: 'viewer',
    disabled: false,
  });
  assert.equal(users.faults(ada), []);
  assert.equal(
    users.faults(users.normalize({ email: 'ada', role: 'root', password: 'x' })).map(({ field }) => field),
    ['password', 'name', 'email', 'role'],
  );
});

test('notes: found by their target', () => {
  const notes = builtIn('notes');
  assert.equal([...notes.indexed], ['targetId']);
  const note = { targetType: 'users', targetId: '1', data: 'Hi', creatorId: '2', timestamp: 5 };
  assert.equal(notes.faults(notes.normalize(note)), []);
  assert.equal(notes.faults({ ...note, targetType: '1' })[0]?.field, 'targetType');
});

test('the schemas of the built-in types are sound themselves', () => {
  for (const { name, schema } of BUILT_IN) assert.equal(schemaFaults(schema), [], name);
});

test.run();
