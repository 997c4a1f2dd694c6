import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type LineBatch, lineBatches, MAX_LINE_BYTES } from '#src/cli/report/batches.js';

async function batchesOf(text: string | Buffer, pieces: number[] = []): Promise<LineBatch[]> {
  const bytes = Buffer.from(text as string);
  async function* chunks(): AsyncGenerator<Buffer> {
    let start = 0;
    for (const piece of pieces) {
      yield bytes.subarray(start, start + piece);
      start += piece;
    }
    yield bytes.subarray(start);
  }
  const batches: LineBatch[] = [];
  for await (const batch of lineBatches(chunks())) batches.push(batch);
  return batches;
}
const numbered = (batches: LineBatch[]) =>
  batches.flatMap(({ lines }) => lines.map(({ number, bytes }) => [number, bytes.toString()] as const));

test('every line comes with its number, wherever the bytes are cut', async () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'é', '😀', '{', '"', ' ', '\r', '\t') });
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.array(fc.nat(7)), async (lines, pieces) => {
      const batches = await batchesOf(lines.join('\n'), pieces);
      const expected = lines.flatMap((text, index) =>
        /^[ \r\t]*$/.test(text) ? [] : [[index + 1, text] as const],
      );
      assert.equal(numbered(batches), expected);
    }),
  );
});

test('the n-th line of what is sent is the n-th of the batch, so that its number is found again', async () => {
  const [batch] = await batchesOf('\n\n{"a":1}\n\n{"b":2}');
  assert.is(batch?.bytes.toString(), '{"a":1}\n{"b":2}\n');
  assert.equal(
    batch?.lines.map(({ number }) => number),
    [3, 5],
  );
});

test('batches are bounded in lines and in bytes', async () => {
  const many = await batchesOf('x\n'.repeat(2500));
  assert.equal(
    many.map(({ lines }) => lines.length),
    [1000, 1000, 500],
  );
  const large = await batchesOf(`${'y'.repeat(200_000)}\n`.repeat(12));
  assert.ok(large.length > 1);
  for (const { bytes } of large) assert.ok(bytes.length <= 1024 * 1024);
  assert.is(numbered(large).length, 12);
});

test('a line that is too long is refused by its number and costs no other line', async () => {
  const fits = 'z'.repeat(MAX_LINE_BYTES);
  const batches = await batchesOf(`a\n${fits}\n${fits}z\n${fits.repeat(9)}\nb`, [100_000, 300_000]);
  assert.equal(
    numbered(batches).map(([number]) => number),
    [1, 2, 5],
  );
  assert.equal(
    batches.flatMap(({ refused }) => refused),
    [3, 4].map(number => ({ number, reason: 'is longer than 256 KiB' })),
  );
});

test('a byte order mark is no part of the first line', async () => {
  assert.equal(numbered(await batchesOf('\ufeff{}\n\ufeff{}')), [
    [1, '{}'],
    [2, '\ufeff{}'],
  ]);
});

test('nothing is nothing', async () => {
  assert.equal(await batchesOf(''), []);
  assert.equal(await batchesOf('\n \n\r\n'), []);
});

test.run();
