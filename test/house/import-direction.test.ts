// The linter refuses imports that point the wrong way (docs/architecture.md): files that would be wrong are laid
// out in a folder of their own, under the rules of this project.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PACKAGE_ROOT } from './package-files.js';

const FORBIDDEN: [from: string, to: string][] = [
  ['src/cli/from-daemon.ts', '../daemon/core/policy.js'],
  ['src/cli/commands/from-daemon.ts', '../../daemon/keys.js'],
  ['src/daemon/from-cli.ts', '../cli/io.js'],
  ['src/daemon/http/from-cli.ts', '../../cli/io.js'],
  ['src/daemon/http/from-data.ts', '../data/outbox.js'],
  ['src/daemon/http/routes/from-audit.ts', '../../audit/audit-log.js'],
  ['src/daemon/core/from-http.ts', '../http/route.js'],
  ['src/daemon/data/from-core.ts', '../core/policy.js'],
  ['src/daemon/data/from-audit.ts', '../audit/audit-log.js'],
  ['src/daemon/data/from-http.ts', '../http/route.js'],
  ['src/daemon/audit/from-data.ts', '../data/outbox.js'],
  ['src/daemon/audit/from-core.ts', '../core/policy.js'],
  ['src/shared/from-daemon.ts', '../daemon/keys.js'],
  ['src/shared/from-cli.ts', '../cli/io.js'],
];

const ALLOWED: [from: string, to: string][] = [
  ['src/cli/to-shared.ts', '../shared/problem.js'],
  ['src/daemon/http/to-core.ts', '../core/core.js'],
  ['src/daemon/http/routes/to-core.ts', '../../core/audit.js'],
  ['src/daemon/core/to-data.ts', '../data/data-layer.js'],
  ['src/daemon/core/to-audit.ts', '../audit/audit-log.js'],
  ['src/daemon/data/to-shared.ts', '../../shared/queue.js'],
  ['src/daemon/audit/to-shared.ts', '../../shared/queue.js'],
];

/** What the linter says of the files that import, each the one thing. */
function lint(imports: [from: string, to: string][]): string {
  const folder = mkdtempSync(join(tmpdir(), 'whodid-imports-'));
  try {
    cpSync(join(PACKAGE_ROOT, 'biome.json'), join(folder, 'biome.json'));
    for (const [file, target] of imports) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), `import { thing } from '${target}';\n\nexport const mine = thing;\n`);
    }
    const biome = join(PACKAGE_ROOT, 'node_modules/@biomejs/biome/bin/biome');
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [biome, 'lint', '--vcs-enabled=false', '--max-diagnostics=none', 'src'],
      { cwd: folder, encoding: 'utf8' },
    );
    return stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('an import against the direction is an error', () => {
  const said = lint(FORBIDDEN);
  for (const [file, target] of FORBIDDEN) {
    assert.ok(said.includes(`${file}:1:`), `${file} may import ${target}, which it must not`);
  }
});

test('an import in the direction is none', () => {
  const said = lint(ALLOWED);
  assert.match(said, `Checked ${ALLOWED.length} files`);
  for (const [file] of ALLOWED) assert.not.ok(said.includes(`${file}:`), said);
});

test.run();
