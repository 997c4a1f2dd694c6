// A terminal that takes nothing any more, as behind a connection that hangs: the program goes on following, hears that
// it is to end, and has kept one frame, not all that there were.
import { execFile } from 'node:child_process';
import { on } from 'node:events';
import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { exploring, openStage, type Stage } from './stage.js';
import type { TerminalScreen } from './tmux.js';

const run = promisify(execFile);

let stage: Stage;
let screen: TerminalScreen;
let holder = 0;

test.before(async () => {
  stage = await openStage();
  await stage.report(1, 100);
});
test.after.each(async () => {
  if (holder !== 0) process.kill(holder, 'SIGCONT');
  await stage.closeScreens();
});
test.after(() => stage?.close());

/** Far more frames than the system keeps for a terminal, 64 KiB on Linux. */
const HEAPS = 60;

test('following a terminal that takes nothing: the newest is shown when it does again', async () => {
  screen = await exploring(stage, '', { columns: 200, lines: 50 });
  holder = await screen.holderPid();
  const from = screen.written().length;
  process.kill(holder, 'SIGSTOP');
  for (let heap = 0; heap < HEAPS; heap += 1) await stage.report(1000 + heap * 50, 50, { id: undefined });
  process.kill(holder, 'SIGCONT');
  await screen.press('g');
  await screen.shows(new RegExp(`files:f${1000 + HEAPS * 50 - 1}`));
  const written = screen.written().length - from;
  assert.ok(written < 200_000, `${written} bytes were kept for it`);
});

test('told to end while the terminal takes nothing, it hears', async () => {
  screen = await exploring(stage, '', { columns: 200, lines: 50 });
  holder = await screen.holderPid();
  const [program] = (await run('pgrep', ['-P', await screen.pid()])).stdout.split('\n');
  const preferences = join(stage.config, 'whodid', 'preferences.json');
  const before = await readFile(preferences, 'utf8').catch(() => '');
  await screen.type('f');
  await screen.shows(/^filter:/m);
  await screen.type('actor:users:u1\r');
  await screen.shows(/\[actor:users:u1\][\s\S]*● connected.*following/);
  process.kill(holder, 'SIGSTOP');
  for (let heap = 0; heap < HEAPS; heap += 1) await stage.report(9000 + heap * 50, 50, { id: undefined });
  const watcher = watch(join(stage.config, 'whodid'));
  const changes = on(watcher, 'change');
  process.kill(Number(program), 'SIGTERM');
  // A file beside it is written first, and then takes its place.
  for await (const _ of changes) {
    if ((await readFile(preferences, 'utf8').catch(() => before)) !== before) break;
  }
  watcher.close();
  process.kill(holder, 'SIGCONT');
  await screen.shows(/^status 130$/m);
});

test.run();
