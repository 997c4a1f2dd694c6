import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type BodyFlags, recordBody } from '#src/cli/record-body.js';
import { capturedIo } from './captured-io.js';

const dir = mkdtempSync(join(tmpdir(), 'whodid-body-'));
test.after(() => rmSync(dir, { recursive: true }));

const fromStdin = (flags: BodyFlags, stdin = '') => recordBody(flags, capturedIo({ stdin }));

test('--set takes texts, and JSON with :=', async () => {
  const text = await fromStdin({
    set: ['name=Ada = Lovelace', 'total:=12.50', 'tags:=["a"]', 'gone:=null', 'x='],
  });
  assert.is(text, '{"name":"Ada = Lovelace","total":12.50,"tags":["a"],"gone":null,"x":""}');
});

test('a text may look like JSON, and := may stand in a text', async () => {
  assert.equal(JSON.parse(await fromStdin({ set: ['a=true', 'b=x:=1'] })), { a: 'true', b: 'x:=1' });
});

test('numbers come to the daemon as they were written: it refuses what a double would round', async () => {
  const digits = '12345678901234567890';
  assert.is(await fromStdin({ set: [`a:=${digits}`] }), `{"a":${digits}}`);
  assert.is(await fromStdin({ file: '-' }, `{"a": ${digits}}`), `{"a": ${digits}}`);
  assert.is(await fromStdin({ file: '-', set: ['b=1'] }, `{"a": ${digits}}`), `{"a":${digits},"b":"1"}`);
});

test('--file names a file, - is stdin, and --set wins', async () => {
  const file = join(dir, 'body.json');
  writeFileSync(file, '\ufeff{"name": "Ada", "email": "a@b.c"}\n');
  assert.equal(JSON.parse(await fromStdin({ file })), { name: 'Ada', email: 'a@b.c' });
  assert.equal(JSON.parse(await fromStdin({ file, set: ['name=Bob'] })), { name: 'Bob', email: 'a@b.c' });
  assert.equal(JSON.parse(await fromStdin({ file: '-' }, '{"a":1}')), { a: 1 });
});

const refused: [name: string, flags: BodyFlags, stdin: string, message: RegExp][] = [
  ['nothing at all', {}, '', /Which fields\? Give them with --set/],
  ['--set without a sign', { set: ['name'] }, '', /--set takes field=text or field:=json, not "name"/],
  ['--set without a field', { set: ['=x'] }, '', /--set takes/],
  ['--set with bad JSON', { set: ['a:={'] }, '', /--set a:=… is not JSON/],
  ['stdin that is no JSON', { file: '-' }, 'hello', /stdin is not JSON/],
  ['an array', { file: '-' }, '[]', /not an object/],
  ['stdin that is not UTF-8', { file: '-' }, '', /not JSON|UTF-8/],
];
for (const [name, flags, stdin, message] of refused) {
  test(`${name} is a usage error`, async () => {
    try {
      await fromStdin(flags, stdin);
      assert.unreachable();
    } catch (error) {
      assert.is((error as { code?: string }).code, 'bad_request');
      assert.match(String(error), message);
    }
  });
}

test.run();
