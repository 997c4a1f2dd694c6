import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { homeFaults, requireHome } from '#src/daemon/home.js';
import { dataPaths } from '#src/shared/paths.js';
import { Problem } from '#src/shared/problem.js';
import { temporaryDirectory } from './temporary-directory.js';

function home() {
  const paths = dataPaths({ WHODID_HOME: join(temporaryDirectory(), 'home') });
  mkdirSync(join(paths.keys, 'tokens'), { recursive: true, mode: 0o700 });
  mkdirSync(paths.logs, { mode: 0o700 });
  for (const dir of [paths.dir, paths.keys]) chmodSync(dir, 0o700);
  for (const file of [paths.dataDb, paths.auditDb, paths.lockDb, join(paths.keys, 'tokens', 'k.json')]) {
    writeFileSync(file, '', { mode: 0o600 });
  }
  writeFileSync(paths.config, '', { mode: 0o644 });
  return paths;
}

const refusal = (run: () => void): Problem => {
  try {
    run();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  return assert.unreachable() as never;
};

test('a private directory is good, whatever the mode of config.toml', () => {
  requireHome(home());
});

test('a directory that was never initialised says how to', () => {
  const paths = dataPaths({ WHODID_HOME: join(temporaryDirectory(), 'none') });
  const problem = refusal(() => requireHome(paths));
  assert.is(problem.code, 'not_found');
  assert.match(problem.message, /whodid init/);
});

test('a place below a file is no directory, said in words', () => {
  const file = join(temporaryDirectory(), 'file');
  writeFileSync(file, '');
  const problem = refusal(() => requireHome(dataPaths({ WHODID_HOME: join(file, 'home') })));
  assert.match(problem.message, /is a file, not a directory\. Set WHODID_HOME/);
});

// What root may do has no limits to be found.
if (process.getuid?.() !== 0) {
  test('a directory that cannot be written, or looked into, says so', () => {
    const paths = home();
    chmodSync(paths.dir, 0o500);
    assert.match(refusal(() => requireHome(paths)).message, /cannot be written/);
    chmodSync(paths.dir, 0o000);
    assert.match(refusal(() => requireHome(paths)).message, /may not look into/);
    chmodSync(paths.dir, 0o700);
  });
}

const tooOpen: [what: string, path: (paths: ReturnType<typeof home>) => string, chmod: string][] = [
  ['the directory', paths => paths.dir, 'chmod 700'],
  ['a database', paths => paths.auditDb, 'chmod 600'],
  ['the keys', paths => paths.keys, 'chmod 700'],
  ['one key', paths => join(paths.keys, 'tokens', 'k.json'), 'chmod 600'],
];

for (const [what, pathIn, chmod] of tooOpen) {
  test(`${what} that others can read is refused with what to type`, () => {
    const paths = home();
    chmodSync(pathIn(paths), 0o750);
    const problem = refusal(() => requireHome(paths));
    assert.is(problem.code, 'forbidden');
    assert.match(problem.message, `${chmod} ${pathIn(paths)}`);
  });
}

test("somebody else's directory is refused", () => {
  const problem = refusal(() => requireHome(home(), 4_242_424));
  assert.is(problem.code, 'forbidden');
  assert.match(problem.message, /belongs to another user.*4242424/);
});

test('every fault is listed', () => {
  const paths = home();
  chmodSync(paths.dir, 0o755);
  chmodSync(paths.dataDb, 0o644);
  assert.is(homeFaults(paths).length, 2);
});

test.run();
