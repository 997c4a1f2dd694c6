import { Ajv2020 } from 'ajv/dist/2020.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MAX_FAULTS } from '#src/shared/field-faults.js';
import { faultsOf } from '#src/shared/schema-faults.js';

type Row = [schema: object, value: unknown, faults: Record<string, string>];

const rows: Row[] = [
  [{ type: 'string' }, 1, { '': 'must be a string' }],
  [{ type: ['integer', 'null'] }, 'x', { '': 'must be an integer or null' }],
  [{ enum: ['draft', 'sent', 3] }, 'x', { '': 'must be one of draft, sent, 3' }],
  [{ const: true }, 1, { '': 'must be true' }],
  [{ minLength: 1 }, '', { '': 'must not be empty' }],
  [{ minLength: 2 }, '', { '': 'must have at least 2 characters' }],
  [{ maxLength: 1 }, 'ab', { '': 'must have at most 1 character' }],
  [{ pattern: '^a' }, 'b', { '': 'must match the pattern ^a' }],
  [{ minimum: 3 }, 1, { '': 'must be at least 3' }],
  [{ exclusiveMaximum: 3 }, 3, { '': 'must be less than 3' }],
  [{ multipleOf: 2 }, 3, { '': 'must be a multiple of 2' }],
  [{ maxItems: 1 }, [1, 2], { '': 'must have at most 1 item' }],
  [{ prefixItems: [{}], items: false }, [1, 2], { '': 'must have at most 1 item' }],
  [{ uniqueItems: true }, [1, 1], { '': 'must not have the same item twice' }],
  [{ contains: { type: 'string' } }, [1], { '': 'must have at least 1 fitting item' }],
  [{ minProperties: 1 }, {}, { '': 'must have at least 1 field' }],
  [{ not: { type: 'string' } }, 'a', { '': 'has a form that is not allowed' }],
  [{ properties: { a: false } }, { a: 1 }, { a: 'is not allowed' }],
  [{ required: ['a/b'] }, {}, { 'a~1b': 'is required' }],
  [{ properties: { a: { required: ['b'] } } }, { a: {} }, { 'a/b': 'is required' }],
  [{ dependentRequired: { a: ['b'] } }, { a: 1 }, { b: 'is required with a' }],
  [{ properties: { a: {} }, additionalProperties: false }, { b: 1 }, { b: 'is not a known field' }],
  [{ properties: { a: {} }, unevaluatedProperties: false }, { b: 1 }, { b: 'is not a known field' }],
  [
    { propertyNames: { maxLength: 1 } },
    { bb: 1 },
    { '': 'must have at most 1 character', bb: 'is not a name that a field may have' },
  ],
  [{ items: { type: 'string' } }, ['a', 1], { '1': 'must be a string' }],
  [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 1, { '': 'must be a string or must be null' }],
  [
    { properties: { v: { anyOf: [{ required: ['a'] }, { required: ['b'] }] } } },
    { v: {} },
    { v: 'fits none of the forms that are allowed here' },
  ],
  [
    { oneOf: [{}, { type: 'string' }] },
    'a',
    { '': 'fits more than one of the forms that exclude each other' },
  ],
  [JSON.parse('{"if":{"required":["a"]},"then":{"required":["b"]}}'), { a: 1 }, { b: 'is required' }],
];

for (const [schema, value, expected] of rows) {
  test(`${JSON.stringify(schema)} of ${JSON.stringify(value)}`, () => {
    const validate = new Ajv2020({ strict: false }).compile(schema);
    assert.not(validate(value));
    const faults = faultsOf(validate.errors ?? []);
    assert.equal(Object.fromEntries(faults.map(({ field, reason }) => [field, reason])), expected);
  });
}

test('keeps faults of fields apart when a validator finds them all', () => {
  const validate = new Ajv2020({ strict: false, allErrors: true }).compile({
    properties: {
      a: { type: 'string' },
      b: { anyOf: [{ type: 'string' }, { type: 'null' }] },
      c: { minimum: 3 },
    },
  });
  validate({ a: 1, b: 1, c: 1 });
  assert.equal(
    faultsOf(validate.errors ?? []).map(({ field }) => field),
    ['a', 'b', 'c'],
  );
});

test('names what a condition asks for, and not the condition, when a validator finds both', () => {
  const schema = JSON.parse('{"if":{"required":["a"]},"then":{"required":["b"]}}') as object;
  const validate = new Ajv2020({ strict: false, allErrors: true }).compile(schema);
  validate({ a: 1 });
  assert.equal(faultsOf(validate.errors ?? []), [{ field: 'b', reason: 'is required' }]);
});

test('tells the first of half a million errors at once', () => {
  const errors = Array.from({ length: 500_000 }, (_, index) => ({
    instancePath: `/${index}`,
    keyword: 'type',
    params: { type: 'string' },
  }));
  const startedAt = performance.now();
  assert.is(faultsOf(errors).length, MAX_FAULTS);
  assert.ok(performance.now() - startedAt < 1000);
});

test('shows a long path and a long list of values in part', () => {
  const [fault] = faultsOf([
    {
      instancePath: `/${'a'.repeat(1000)}`,
      keyword: 'enum',
      params: { allowedValues: Array(100).fill('x') },
    },
  ]);
  assert.ok(fault!.field.length < 300);
  assert.ok(fault!.reason.length < 100);
});

test.run();
