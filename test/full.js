// Runs test files in their full form, one after the other, and shows what they print: `node test/full.js crash/`, or of
// these alone those that have one of more words in their names: `node test/full.js crash/ logger at-step`.
// The short form of the same files is part of `npm test`. `--minutes N` or `--hours N` is for those that last.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { partByNeeds } from './needs.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiled = join(root, 'dist-test');
const {
  positionals: [folder, ...parts],
  values,
} = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: 'string' }, hours: { type: 'string' } },
});
const minutes = Number(values.hours ?? 0) * 60 + Number(values.minutes ?? 0);
if (!(minutes >= 0)) throw new Error('--minutes and --hours take a number.');
const lasting = minutes === 0 ? {} : { WHODID_TEST_SOAK_MINUTES: String(minutes) };

const chosen = readdirSync(compiled, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.test.js') && file.startsWith(folder))
  .filter(file => parts.length === 0 || parts.some(part => file.slice(folder.length).includes(part)))
  .sort();
const { files, leftOut } = partByNeeds(chosen);
let failed = files.length === 0 ? 1 : 0;
for (const file of files) {
  process.stdout.write(`\n── ${file}\n`);
  const started = performance.now();
  const { status } = spawnSync(process.execPath, [join(compiled, file)], {
    cwd: root,
    env: { ...process.env, WHODID_TEST_FULL: '1', ...lasting },
    stdio: 'inherit',
  });
  process.stdout.write(`── ${Math.round((performance.now() - started) / 1000)} s\n`);
  if (status !== 0) failed += 1;
}
for (const sentence of leftOut) process.stdout.write(`\n${sentence}\n`);
process.stdout.write(`\n${files.length} files, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
