// What the build bundles: short commands load few files, what is left out is installed, and whose code is in there is said.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT, packageFile } from './package-files.js';

const bundles = readdirSync(join(PACKAGE_ROOT, 'dist'), { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.js'))
  .map(name => join('dist', name));

/** What `file` imports at once, relative paths and packages. */
function imported(file: string): string[] {
  const found = packageFile(file).matchAll(/^(?:import|export)\b(?:[^'";]*?\bfrom )?\s*["']([^"']+)["'];/gm);
  return [...found].map(([, name = '']) => name);
}

/** The files that are read when `file` is loaded. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const name of imported(file)) if (name.startsWith('.')) loadedWith(join(dirname(file), name), seen);
  return seen;
}

test('the start of the client and each program of the daemon read few files', () => {
  assert.ok(loadedWith('dist/cli/main.js').size <= 3);
  for (const name of ['main', 'offline', 'logger-thread', 'query-thread', 'backup-thread']) {
    assert.is(loadedWith(`dist/daemon/${name}.js`).size, 1, name);
  }
});

test('a command reads few files too', () => {
  const [target = ''] = bundles.filter(name => /parts\/target-\w+\.js$/.test(name));
  const { size } = loadedWith(target);
  assert.ok(size > 3 && size <= 25, String(size));
});

test('packages that are not bundled are exactly those that are installed along', () => {
  const { dependencies } = JSON.parse(packageFile('package.json')) as {
    dependencies: Record<string, string>;
  };
  const outside = new Set(
    bundles
      .flatMap(imported)
      .filter(name => !name.startsWith('.') && !name.startsWith('node:') && !builtinModules.includes(name)),
  );
  assert.equal([...outside].sort(), Object.keys(dependencies).sort());
});

test('the licence of every package in the bundles goes with them', () => {
  const text = packageFile('dist/THIRD-PARTY-LICENSES.txt');
  const packages = new Set(
    bundles.flatMap(file =>
      [...packageFile(file).matchAll(/^\s*\/\/ (?:.*\/)?node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\//gm)].map(
        ([, name = '']) => name,
      ),
    ),
  );
  assert.ok(packages.size > 50);
  const missing = [...packages].filter(
    name => !new RegExp(`^${name} \\d+\\.\\d+\\.\\d+.* \\(.+\\)$`, 'm').test(text),
  );
  assert.equal(missing, []);
});

test('a package that is loaded when it is needed gives what it gives unbundled: YAML', () => {
  const dir = mkdtempSync(join(tmpdir(), 'whodid-bundles-'));
  const file = join(dir, 'expectations.yaml');
  writeFileSync(file, '- target: notes:1\n  colour: red\n');
  const { stderr } = spawnSync(
    process.execPath,
    [join(PACKAGE_ROOT, 'bin/whodid.js'), 'audit', 'expect', '--file', file],
    { encoding: 'utf8', env: { ...process.env, WHODID_HOME: dir, XDG_CONFIG_HOME: dir } },
  );
  rmSync(dir, { recursive: true });
  assert.match(stderr, /expectation 1.*colour/);
});

test.run();
