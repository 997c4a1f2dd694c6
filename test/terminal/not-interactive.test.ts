// Where nothing interactive may start: with a pipe on either side, a machine format, or where it was switched off.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openStage, PROGRAM, type Stage } from './stage.js';

let stage: Stage;

test.before(async () => {
  stage = await openStage();
  await stage.report(1, 30);
});
test.after.each(() => stage.closeScreens());
test.after(() => stage?.close());

const plain: [what: string, args: string, env?: Record<string, string>][] = [
  ['stdin is a pipe', 'audit actor users u1 < /dev/null'],
  ['stdout is a pipe', 'audit actor users u1 | cat'],
  ['--json', 'audit actor users u1 --json --limit 3'],
  ['--jsonl', 'audit actor users u1 --jsonl'],
  ['--csv', 'audit actor users u1 --csv'],
  ['--fields', 'audit actor users u1 --fields targetId'],
  ['a number of rows', 'audit actor users u1 --limit 20'],
  ['--no-interactive', '--no-interactive audit actor users u1'],
  ['WHODID_INTERACTIVE=never', 'audit actor users u1', { WHODID_INTERACTIVE: 'never' }],
  ['CI', 'audit actor users u1', { CI: 'true' }],
  ['a dumb terminal', 'audit actor users u1', { TERM: 'dumb' }],
];

test('nothing interactive with a pipe, a machine format, or where it was switched off', async () => {
  const screen = await stage.open({ env: { WHODID_PAGER: 'cat' } });
  for (const [what, args, more = {}] of plain) {
    const variables = Object.entries(more).map(([name, value]) => `${name}=${value} `);
    await screen.type(`clear; ${variables.join('')}whodid ${args}; echo "${what} $?"\r`);
    const text = await screen.shows(new RegExp(`^${what} 0$`, 'm'));
    assert.not.match(text, /▌|q leave/, what);
    assert.match(text, /f0\d\d\d/, what);
  }
});

/** A loader that says of each file which holds the layout engine of Ink, wherever the build put it, that it is read. */
const WATCH = `
  import { readFileSync } from 'node:fs';
  export async function load(url, context, next) {
    if (url.startsWith('file:') && /yoga/i.test(readFileSync(new URL(url), 'utf8'))) process._rawDebug('INK');
    return next(url, context);
  }`;
const asModule = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;
const WATCHED = asModule(
  `import { register } from 'node:module'; register(${JSON.stringify(asModule(WATCH))});`,
);

test('neither React nor Ink is loaded for JSON, a pipe or a plain table; for something interactive they are', async () => {
  const env = { ...process.env, ...stage.env() };
  for (const args of [
    ['audit', 'events', '--json'],
    ['audit', 'actor', 'users', 'u1'],
    ['audit', 'events', '--csv'],
  ]) {
    const command = ['--import', WATCHED, PROGRAM, ...args];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, command, { env });
    assert.not.match(stderr, /INK/, args.join(' '));
    assert.ok(stdout.length > 10);
  }
  const screen = await stage.open({ env: { NODE_OPTIONS: `--import ${WATCHED}` } });
  await stage.start(screen, 'audit actor users u1 2> "$XDG_CONFIG_HOME/loaded"');
  await screen.shows(/ 1\/30/);
  await screen.type('q');
  await screen.shows(/\$$/);
  await screen.type('sort -u "$XDG_CONFIG_HOME/loaded"\r');
  await screen.shows(/^INK$/m);
});

test('the explorer says without a terminal what to use, and exits with 2', async () => {
  const failed = await promisify(execFile)(process.execPath, [PROGRAM, 'explore'], {
    env: { ...process.env, ...stage.env() },
  }).catch((error: { code: number; stderr: string }) => error);
  assert.match(failed.stderr, /needs a terminal on both sides/);
  assert.is('code' in failed ? failed.code : 0, 2);
});

test.run();
