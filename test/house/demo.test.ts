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

/**
 * Whether the daemon that the demo started still answers. Not whether its process is there: in a container whose
 * first process reaps nobody, one that has ended stays as a zombie.
 */
async function daemonAnswers(output: string): Promise<boolean> {
  const url = output.match(/The daemon is running \(pid \d+\) on (\S+)\.\n/)?.[1];
  assert.ok(url, output);
  return fetch(`${url}/healthz`).then(
    () => true,
    () => false,
  );
}

test('shows who did what in records and in a real history, and leaves nothing', async () => {
  const { exit, output, left } = await runDemo();
  assert.is(exit, 0, output);
  assert.match(output, '10,992 stored, 0 known already, 0 refused');
  assert.match(output, /Grace Hopp\S+ users:2 +changed +notes:1 .*notes\.data\./);
  assert.match(output, /Alan M\. Turing users:3 +changed \(denied\) +users:3 .*access\.denied/);
  assert.match(output, /users:u93c024647c +changed +files:fastify\.js/);
  assert.equal(left, []);
  assert.not.ok(await daemonAnswers(output));
});

test('interrupted, it stops its daemon and leaves nothing', async () => {
  const { exit, output, left } = await runDemo('Logged in as Ada');
  assert.is(exit, 130, output);
  assert.equal(left, []);
  assert.not.ok(await daemonAnswers(output));
});

test.run();
