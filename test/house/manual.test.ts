// The manual page is built from the commands as they are, and is one that man can show.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { commandTree } from '#src/cli/command-tree.js';
import { COMMANDS } from '#src/cli/commands/index.js';
import { manualPage } from '#src/cli/manual.js';
import { packageFile } from './package-files.js';

const { version, man, scripts } = JSON.parse(packageFile('package.json')) as {
  version: string;
  man: string[];
  scripts: Record<string, string>;
};
const page = fileURLToPath(new URL('../../dist/whodid.1', import.meta.url));

test('the build puts the page where the package has it, with every command in it', async () => {
  assert.equal(man, ['dist/whodid.1']);
  const written = /node (\S+write-manual\.js)/.exec(scripts.build ?? '')?.[1];
  const now = Date.now();
  await promisify(execFile)(process.execPath, [fileURLToPath(new URL(`../../${written}`, import.meta.url))], {
    env: { ...process.env, SOURCE_DATE_EPOCH: String(Math.floor(now / 1000)) },
  });
  const text = readFileSync(page, 'utf8');
  assert.is(text, await manualPage(commandTree(version), version, new Date(now).toISOString().slice(0, 10)));
  for (const { name } of COMMANDS.flatMap(({ entries }) => entries)) {
    assert.match(text, `.SS "whodid ${name.replaceAll('-', '\\-')}`);
  }
});

interface Formatted {
  code: string | number | undefined;
  out: string;
  err: string;
}
function formatted(program: string, args: string[]): Promise<Formatted> {
  return new Promise(resolve => {
    execFile(program, [...args, page], (error, out, err) => {
      resolve({ code: error?.code ?? undefined, out, err });
    });
  });
}

test('groff has nothing to complain of, and shows commands as they are typed', async () => {
  const { code, out, err } = await formatted('groff', ['-man', '-Tutf8', '-ww', '-P-c']);
  // Where it is not installed nobody can ask it.
  if (code === 'ENOENT') return;
  assert.equal([code, err], [undefined, '']);
  const plain = out.replaceAll(/.\u0008/g, '');
  assert.match(plain, 'whodid audit target users 1 --field email');
  assert.match(plain, `printf '%s\\n' "$OLD" "$NEW" | whodid passwd --password-stdin`);
});

test('mandoc has nothing to complain of, the date included', async () => {
  const { code, out } = await formatted('mandoc', ['-T', 'lint', '-W', 'warning']);
  if (code === 'ENOENT') return;
  assert.equal([code, out], [undefined, '']);
});

test.run();
