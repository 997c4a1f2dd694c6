import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { followLines, lastLines } from '#src/cli/log-lines.js';
import { openLogFile } from '#src/daemon/log-file.js';
import { temporaryDirectory } from '../daemon/temporary-directory.js';

/** A log of which a file holds two lines. */
function smallLog() {
  const file = join(temporaryDirectory(), 'daemon.log');
  const log = openLogFile({ file, maxBytes: 6, maxFiles: 9 });
  const write = (...numbers: number[]) => {
    for (const n of numbers) log.write(`l${n}\n`);
  };
  return { file, write };
}

test('the last lines are taken from as many files as it needs', () => {
  const { file, write } = smallLog();
  write(1, 2, 3, 4, 5);
  assert.equal(lastLines(file, 1), ['l5']);
  assert.equal(lastLines(file, 4), ['l2', 'l3', 'l4', 'l5']);
  assert.equal(lastLines(file, 99), ['l1', 'l2', 'l3', 'l4', 'l5']);
  assert.equal(lastLines(file, 0), []);
});

async function take(lines: AsyncGenerator<string>, count: number): Promise<string[]> {
  const taken: string[] = [];
  while (taken.length < count) {
    const { value, done } = await lines.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}

test('following goes on after the last lines, over files that are put aside, without a gap or a repeat', async () => {
  const { file, write } = smallLog();
  write(1, 2, 3);
  const controller = new AbortController();
  const lines = followLines(file, 2, controller.signal);
  assert.equal(await take(lines, 2), ['l2', 'l3']);
  const next = take(lines, 1);
  write(4);
  assert.equal(await next, ['l4']);
  for (let n = 5; n <= 12; n++) {
    const coming = take(lines, 1);
    write(n);
    assert.equal(await coming, [`l${n}`]);
  }
  controller.abort();
  assert.ok((await lines.next()).done);
});

test('following waits for a file that is not there yet', async () => {
  const file = join(temporaryDirectory(), 'daemon.log');
  const controller = new AbortController();
  const lines = followLines(file, 5, controller.signal);
  const coming = take(lines, 1);
  openLogFile({ file }).write('first\n');
  assert.equal(await coming, ['first']);
  controller.abort();
  assert.ok((await lines.next()).done);
});

test('a line is shown when it is whole', async () => {
  const file = join(temporaryDirectory(), 'daemon.log');
  const log = openLogFile({ file });
  log.write('half');
  const controller = new AbortController();
  const lines = followLines(file, 5, controller.signal);
  const coming = take(lines, 1);
  log.write(' and half €\n');
  assert.equal(await coming, ['half and half €']);
  controller.abort();
  assert.ok((await lines.next()).done);
});

test.run();
