// Runs every compiled test file in a process of its own and believes none of them on their word:
// uvu exits 0 when a hook throws, when a test throws a string and when `run()` was forgotten, so a file
// counts as passed only if it exits 0, says how many tests it has, has at least one, and passed them all.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { partByNeeds } from './needs.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiled = join(root, 'dist-test');
const timeoutMs = 600_000;

/** Parts of paths that are wanted, all when there are none, and after a `!` those that are not. */
const wanted = process.argv.slice(2).filter(part => !part.startsWith('!'));
const unwanted = process.argv.slice(2).flatMap(part => (part.startsWith('!') ? [part.slice(1)] : []));
const chosen = readdirSync(compiled, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.test.js'))
  .filter(file => wanted.length === 0 || wanted.some(part => file.includes(part)))
  .filter(file => !unwanted.some(part => file.includes(part)))
  .sort((a, b) => Number(b.startsWith('e2e')) - Number(a.startsWith('e2e')) || a.localeCompare(b));
const { files, leftOut } = partByNeeds(chosen);

/** What one test file's process came to: its counts, how long it took, and its output when there is something to read. */
function runFile(file) {
  return new Promise(resolve => {
    const started = performance.now();
    const child = spawn(process.execPath, [join(compiled, file)], {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.stdout.setEncoding('utf8').on('data', text => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', text => {
      output += text;
    });
    child.on('close', code => {
      clearTimeout(timer);
      const number = label => Number(output.match(new RegExp(`^\\s*${label}:\\s+(\\d+)`, 'm'))?.[1] ?? 0);
      const total = number('Total');
      const passed = number('Passed');
      const complaints = [
        timedOut && `still running after ${timeoutMs / 1000} s`,
        !timedOut && code !== 0 && `exited with ${code}`,
        total === 0 && 'ran no test',
        number('Skipped') > 0 && 'skipped tests',
      ].filter(Boolean);
      const failed = Math.max(total - passed, complaints.length > 0 && total === passed ? 1 : 0);
      const seconds = Math.round((performance.now() - started) / 1000);
      resolve({ file, passed, failed, seconds, complaints, output });
    });
  });
}

const results = [];
const queue = [...files];
async function lane() {
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    const result = await runFile(file);
    results.push(result);
    const mark = result.failed === 0 ? 'ok  ' : 'FAIL';
    const why = result.complaints.length > 0 ? ` (${result.complaints.join(', ')})` : '';
    process.stdout.write(
      `${mark} ${relative(compiled, join(compiled, file))}: ${result.passed} passed in ${result.seconds} s${why}\n`,
    );
    if (result.failed > 0) process.stdout.write(`${result.output}\n`);
  }
}
await Promise.all(Array.from({ length: Math.min(availableParallelism(), files.length) }, lane));

const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, files.length === 0 ? 1 : 0);
for (const sentence of leftOut) process.stdout.write(`${sentence}\n`);
if (files.length === 0) process.stdout.write('No test file matches.\n');
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
