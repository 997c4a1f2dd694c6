import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createLog, jsonLine, type LogEntry, readableLine } from '#src/daemon/log.js';
import { openLogFile } from '#src/daemon/log-file.js';
import { temporaryDirectory } from './temporary-directory.js';

const line = (n: number) => `${String(n).padStart(9, '0')}\n`;

test('a file that would grow too large is put aside, the oldest falls off, the newest lines stay', () => {
  const dir = temporaryDirectory();
  const file = join(dir, 'daemon.log');
  const log = openLogFile({ file, maxBytes: 30, maxFiles: 3 });
  for (let n = 1; n <= 11; n++) log.write(line(n));
  log.close();
  assert.equal(readdirSync(dir).sort(), ['daemon.log', 'daemon.log.1', 'daemon.log.2']);
  assert.is(readFileSync(file, 'utf8'), line(10) + line(11));
  assert.is(readFileSync(`${file}.1`, 'utf8'), line(7) + line(8) + line(9));
  assert.is(readFileSync(`${file}.2`, 'utf8'), line(4) + line(5) + line(6));
  assert.is(statSync(file).mode & 0o777, 0o600);
});

test('a new start goes on in the same file', () => {
  const file = join(temporaryDirectory(), 'daemon.log');
  for (const n of [1, 2]) {
    const log = openLogFile({ file, maxBytes: 30 });
    log.write(line(n));
    log.close();
  }
  assert.is(readFileSync(file, 'utf8'), line(1) + line(2));
  assert.not(existsSync(`${file}.1`));
});

test('a line longer than a file has a file of its own', () => {
  const file = join(temporaryDirectory(), 'daemon.log');
  const log = openLogFile({ file, maxBytes: 5 });
  log.write(line(1));
  log.write(line(2));
  log.close();
  assert.is(readFileSync(file, 'utf8'), line(2));
});

test('what cannot be written never throws', () => {
  const file = join(temporaryDirectory(), 'daemon.log');
  const log = openLogFile({ file });
  log.close();
  log.write(line(1));
  assert.is(readFileSync(file, 'utf8'), '');
});

test('entries below the level are not written', () => {
  const entries: LogEntry[] = [];
  const log = createLog({ level: 'warn', clock: () => 5, write: entry => entries.push(entry) });
  log.debug('a');
  log.info('b');
  log.warn('c', { n: 1 });
  log.error('d');
  assert.equal(entries, [
    { level: 'warn', time: 5, message: 'c', fields: { n: 1 } },
    { level: 'error', time: 5, message: 'd', fields: {} },
  ]);
});

test('an error is written with message, code and stack', () => {
  const error = Object.assign(new Error('no\nspace'), { code: 'ENOSPC', stack: 'Error: no\n    at here' });
  const entry: LogEntry = { level: 'error', time: 0, message: 'It failed.', fields: { error, n: 1 } };
  assert.equal(JSON.parse(jsonLine(entry)), {
    time: '1970-01-01T00:00:00.000Z',
    level: 'error',
    msg: 'It failed.',
    n: 1,
    error: 'no\nspace',
    code: 'ENOSPC',
    stack: error.stack,
  });
  assert.is(
    readableLine(entry),
    '1970-01-01T00:00:00.000Z error It failed. n=1 error="no\\nspace" code="ENOSPC"\nError: no\n    at here\n',
  );
});

test.run();
