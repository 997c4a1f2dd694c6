import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Exit } from '#src/cli/exit.js';
import { recordView } from '#src/cli/output/record-view.js';
import { showRows } from '#src/cli/output/show.js';
import { chosenPager, startPager } from '#src/cli/pager.js';
import { type CapturedIo, capturedIo } from './captured-io.js';

const dir = mkdtempSync(join(tmpdir(), 'whodid-pager-'));
test.after(() => rmSync(dir, { recursive: true }));

const view = recordView({ name: 'things', fields: ['name'] });
const things = (count: number) => Array.from({ length: count }, (_, n) => ({ id: String(n), name: 'x' }));

/** Shows so many rows on a terminal of 24 lines whose pager is this command. */
async function shown(count: number, command: string, flags = {}): Promise<CapturedIo> {
  const io = capturedIo({ terminal: true });
  const pager = { lines: 24, start: () => startPager({ command, env: process.env }) };
  await showRows(things(count), view, { io: { ...io, pager }, clock: Date.now, flags });
  return io;
}

test('what fits on the screen meets no pager', async () => {
  const io = await shown(20, 'echo never > /dev/null; exit 1');
  assert.is(io.out().split('\n').length, 22);
});

test('what does not fit goes through it, all of it', async () => {
  const file = join(dir, 'all');
  const io = await shown(3000, `cat > '${file}'`);
  assert.is(io.out(), '');
  assert.is(readFileSync(file, 'utf8').split('\n').length, 3002);
});

test('leaving it early ends the command silently with 0', async () => {
  const io = capturedIo({ terminal: true });
  const pager = { lines: 24, start: () => startPager({ command: 'head -1 > /dev/null', env: process.env }) };
  async function* endless() {
    for (let n = 0; ; n += 1) yield { id: String(n), name: 'x'.repeat(60) };
  }
  const ended = await showRows(endless(), view, { io: { ...io, pager }, clock: Date.now, flags: {} }).then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(ended instanceof Exit && ended.status === 0);
  assert.equal([io.out(), io.err()], ['', '']);
});

test('one that is not there leaves the output to the terminal', async () => {
  const io = await shown(100, 'exit 127');
  assert.is(io.out().split('\n').length, 102);
});

test('a machine format never meets it', async () => {
  const io = await shown(100, 'exit 1', { json: true });
  assert.is(JSON.parse(io.out()).length, 100);
});

test('which pager: one’s own for whodid, else the usual one, else less; none with cat or an empty value', () => {
  assert.is(chosenPager({ WHODID_PAGER: 'most', PAGER: 'more' })?.command, 'most');
  assert.is(chosenPager({ PAGER: 'more' })?.command, 'more');
  assert.is(chosenPager({})?.command, 'less -FRX');
  for (const none of ['', ' ', 'cat'])
    assert.is(chosenPager({ WHODID_PAGER: none, PAGER: 'more' }), undefined);
});

test.run();
