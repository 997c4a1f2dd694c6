// `npm start`: the demo runs to its end, and leaves nothing behind however it ends.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT } from './package-files.js';

interface Ending {
  exit: number | null;
  output: string;
  /** What it left in the directory for temporary files. */
  left: string[];
}

/** Runs the demo; with `interruptAt` it is interrupted when it has said that. */
async function runDemo(interruptAt?: string): Promise<Ending> {
  const temporary = mkdtempSync(join(tmpdir(), 'whodid-test-'));
  try {
    const child = spawn(process.execPath, [join(PACKAGE_ROOT, 'examples/demo/demo.js')], {
      env: { ...process.env, TMPDIR: temporary, WHODID_URL: 'http://127.0.0.1:1', WHODID_TOKEN: 'mine' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let interrupted = false;
    const take = (text: string) => {
      output += text;
      if (interrupted || interruptAt === undefined || !output.includes(interruptAt)) return;
      interrupted = child.kill('SIGINT');
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    const exit = await new Promise<number | null>(resolve => child.on('close', resolve));
    return { exit, output, left: readdirSync(temporary) };
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Whether the daemon that the demo started is alive. */
function daemonLives(output: string): boolean {
  const pid = Number(output.match(/The daemon is running \(pid (\d+)\)/)?.[1]);
  assert.ok(pid > 0, output);
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A daemon lets go of its lock, which is when it has stopped, a moment before its process is gone. */
async function daemonEnds(output: string): Promise<void> {
  while (daemonLives(output)) await new Promise(resolve => setTimeout(resolve, 20));
}

test('shows who did what in records and in a real history, and leaves nothing', async () => {
  const { exit, output, left } = await runDemo();
  assert.is(exit, 0, output);
  assert.match(output, '10,992 stored, 0 known already, 0 refused');
  assert.match(output, /Grace Hopper users:2 +changed +notes:1 .*notes\.data\.changed/);
  assert.match(output, /Alan M\. Turing users:3 +changed \(denied\) +users:3 .*access\.denied/);
  assert.match(output, /users:u93c024647c +changed +files:fastify\.js/);
  assert.equal(left, []);
  await daemonEnds(output);
});

test('interrupted, it stops its daemon and leaves nothing', async () => {
  const { exit, output, left } = await runDemo('Logged in as Ada');
  assert.is(exit, 130, output);
  assert.equal(left, []);
  await daemonEnds(output);
});

test.run();
