import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseJson } from '#src/daemon/http/json-body.js';
import { Problem } from '#src/shared/problem.js';

function problemOf(text: string): Problem {
  try {
    parseJson(text);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error(`${text} was accepted`);
}

const accepted: [name: string, text: string, value: unknown][] = [
  ['an ordinary body', '{"name":"Ada","tags":["a:b"],"n":-1.5e2}', { name: 'Ada', tags: ['a:b'], n: -150 }],
  ['a byte order mark', '\ufeff{"a":1}', { a: 1 }],
  ['the largest safe integer', '[9007199254740991]', [9007199254740991]],
  ['trailing zeros', '[1.50, 1.000000000000000000000, 100e-2, 0e99999]', [1.5, 1, 1, 0]],
  [
    'a double as it is printed',
    '[0.30000000000000004,5e-324,1.7976931348623157e+308]',
    [0.30000000000000004, 5e-324, 1.7976931348623157e308],
  ],
  ['a long number in a string', '{"id":" 12345678901234567890"}', { id: ' 12345678901234567890' }],
  ['an escaped colon', '{"a\\u003a":"\\u003A:"}', { 'a:': '::' }],
  ['a key that is there twice with one value', '{"a":[1],"a":[1]}', { a: [1] }],
];
for (const [name, text, value] of accepted) {
  test(`accepts ${name}`, () => assert.equal(parseJson(text), value));
}

const malformed: [text: string, sentence: RegExp][] = [
  ['', /text is empty/],
  [' \n', /text is empty/],
  ['{"a":1', /ends too early, at position 6\.$/],
  ['{"a":1,}', /malformed at position 7 \(line 1, column 8\)/],
  ['{\n  "a": tru\n}', /malformed at position 9 \(line 2, column 8\)/],
  ['[01]', /position 2/],
  ["{'a':1}", /position 1/],
  ['[NaN]', /position 1/],
  ['["\u0001"]', /position 2/],
  ['{"a":1} {"b":2}', /position 8/],
  ['['.repeat(200_000), /malformed/],
];
for (const [text, sentence] of malformed) {
  test(`says where ${JSON.stringify(text.slice(0, 20))} stops being JSON`, () => {
    const problem = problemOf(text);
    assert.is(problem.code, 'bad_request');
    assert.match(problem.message, sentence);
  });
}

test('does not repeat a password from a malformed body', () => {
  assert.not.match(problemOf('{"password":"hunter2" x').message, /hunter2/);
});

const invalid: [name: string, text: string, field: string, reason: RegExp][] = [
  ['an integer of 20 digits', '{"total":12345678901234567890}', 'total', /64-bit float/],
  ['the first integer that a double skips', '[9007199254740993]', '0', /64-bit float/],
  ['a number beyond the largest double', '{"a":{"b":1e400}}', 'a/b', /not a finite number/],
  ['a number below the smallest double', '{"a":{"b":[1, 1e-400]}}', 'a/b/1', /64-bit float/],
  ['more digits than survive', '{"rate":-0.1000000000000000055}', 'rate', /64-bit float/],
  ['a long number alone', '12345678901234567890', '', /64-bit float/],
  ['a key that is there twice', '{"x":{"role":"viewer","role":"admin"}}', 'x/role', /more than once/],
  ['a repeated key behind an escaped colon', '{"a":"\\u003a","b":1,"b":2}', 'b', /more than once/],
  ['a repeated key that hides depth', `{"a":${'['.repeat(9e4)}${']'.repeat(9e4)},"a":1}`, '', /nested/],
  ['__proto__', '{"a":{"__proto__":{"x":1}}}', 'a/__proto__', /no field may have/],
  ['an escaped __proto__', '{"\\u005f_proto__":1}', '__proto__', /no field may have/],
  ['constructor.prototype', '{"constructor":{"prototype":{}}}', 'constructor', /prototype/],
  ['a lone surrogate', '{"name":"\\ud800"}', 'name', /lone surrogate/],
  ['U+0000', '{"name":"a\\u0000"}', 'name', /U\+0000/],
  ['too much depth', '['.repeat(100_000) + ']'.repeat(100_000), '0/0', /nested/],
];
for (const [name, text, field, reason] of invalid) {
  test(`refuses ${name}, naming the field`, () => {
    const problem = problemOf(text);
    assert.is(problem.code, 'invalid');
    const fault = problem.details.errors?.[0];
    assert.ok(fault?.field.startsWith(field), fault?.field);
    assert.match(fault?.reason ?? '', reason);
    assert.match(problem.message, reason);
  });
}

test('reads back whatever JSON.stringify writes', () => {
  const key = fc.string({ unit: 'grapheme' }).filter(text => text !== '__proto__' && !text.includes('\0'));
  const value = fc.letrec(tie => ({
    any: fc.oneof({ depthSize: 'small' }, tie('leaf'), fc.array(tie('any')), fc.dictionary(key, tie('any'))),
    leaf: fc.oneof(key, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null)),
  })).any;
  fc.assert(
    fc.property(value, generated => {
      const text = JSON.stringify(generated);
      assert.equal(parseJson(text), JSON.parse(text));
    }),
    { seed: 1, numRuns: 300 },
  );
});

test('takes a decimal of any length exactly when a double prints it again', () => {
  const digits = fc.stringMatching(/^[1-9][0-9]{0,24}$/);
  fc.assert(
    fc.property(digits, digits, (integer, fraction) => {
      const source = `${integer}.${fraction}`;
      const survives = String(Number(source)) === source.replace(/\.?0+$/, '');
      const plain = !String(Number(source)).includes('e');
      fc.pre(plain);
      let taken = true;
      try {
        parseJson(`[${source}]`);
      } catch {
        taken = false;
      }
      assert.is(taken, survives, source);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test.run();
