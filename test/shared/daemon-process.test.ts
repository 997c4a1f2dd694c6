import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type DaemonFlags,
  daemonArguments,
  daemonFlags,
  daemonNoteFile,
  readDaemonNote,
} from '#src/shared/daemon-process.js';

test('flags come through the command line of the daemon as they were', () => {
  const all: DaemonFlags[] = [
    {},
    { listen: '[::1]:0' },
    { listen: '--allow-remote' },
    { listen: false, background: true },
    { listen: '0.0.0.0:1', allowRemote: true },
  ];
  for (const flags of all) assert.equal(daemonFlags(daemonArguments(flags)), flags);
});

test('arguments that nobody knows or that contradict each other are refused', () => {
  assert.throws(() => daemonFlags(['--lisen=1']), /lisen/);
  assert.throws(() => daemonFlags(['stray']), /stray/);
  assert.throws(() => daemonFlags(['--listen=127.0.0.1:0', '--no-tcp']), /contradict/);
});

test('a note that is missing, torn or none counts as no note', () => {
  const dir = mkdtempSync(join(tmpdir(), 'whodid-test-'));
  assert.is(readDaemonNote(dir), null);
  for (const text of [
    '{"pid":',
    'null',
    '[]',
    '{"pid":0,"startedAt":1}',
    '{"pid":"1","startedAt":1}',
    '{"pid":1}',
  ]) {
    writeFileSync(daemonNoteFile(dir), text);
    assert.is(readDaemonNote(dir), null);
  }
  writeFileSync(daemonNoteFile(dir), '{"pid":7,"startedAt":1}');
  assert.is(readDaemonNote(dir)?.pid, 7);
  rmSync(dir, { recursive: true });
});

test.run();
