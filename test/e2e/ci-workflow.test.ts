// examples/ci/audit.yml as a runner would go through it: its steps, in order, in a shell that ends at the first failure
// (docs.github.com, Workflow syntax: `bash -e {0}`).
import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';

interface Step {
  name?: string;
  run?: string;
  uses?: string;
  if?: string;
}

const program = fileURLToPath(new URL('../../bin/whodid.js', import.meta.url));
const examples = fileURLToPath(new URL('../../examples/ci/', import.meta.url));
const workflow = parse(readFileSync(join(examples, 'audit.yml'), 'utf8')) as {
  jobs: { audit: { env: Record<string, string>; steps: Step[] } };
};
const { env: declared, steps } = workflow.jobs.audit;
const root = mkdtempSync(join(tmpdir(), 'whodid-ci-'));

/**
 * Stands for npm. Installing brings the program, which is there already; testing runs an application, which does what
 * examples/ci/expectations.yaml expects: it reports a change of an invoice, and makes a note.
 */
const NPM = `#!/bin/sh
set -eu
[ "$1" = test ] || exit 0
[ -z "\${IDLE:-}" ] || exit 0
export WHODID_TOKEN=$(whodid tokens create --name app --role reporter --expires 1d --actor-types users --target-types invoices --fields token)
printf '{"action":"changed","timestamp":%s000,"actorType":"users","actorId":"1","targetType":"invoices","targetId":"42","changes":{"total":{"prev":1,"next":2}}}\\n' "$(date +%s)" | whodid audit report -
unset WHODID_TOKEN
whodid create notes --set targetType=invoices --set targetId=42 --set data=imported
`;
const bin = join(root, 'bin');
mkdirSync(bin);
for (const [name, script] of [
  ['whodid', `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`],
  ['npm', NPM],
] as const) {
  writeFileSync(join(bin, name), script);
  chmodSync(join(bin, name), 0o755);
}

test.after(() => rmSync(root, { recursive: true }));

interface Ended {
  step: string;
  exit: number | null;
  err: string;
}
/** Runs the job in a checkout of its own. @returns the step that failed, if one did, and the report */
async function runJob(
  name: string,
  more: Record<string, string>,
): Promise<{ failed?: Ended; report: string }> {
  const workspace = join(root, name);
  mkdirSync(workspace);
  cpSync(examples, join(workspace, 'examples/ci'), { recursive: true });
  const ofJob = Object.entries(declared).map(([key, value]) => [
    key,
    value.replace(/\$\{\{ github\.workspace \}\}/g, workspace),
  ]);
  const env = {
    PATH: `${bin}:${process.env.PATH}`,
    HOME: workspace,
    // Of the machine that the tests run on one port is as good as another.
    WHODID_LISTEN: '127.0.0.1:0',
    CI: 'true',
    ...Object.fromEntries(ofJob),
    ...more,
  };
  let failed: Ended | undefined;
  for (const { name: step = '', run, if: condition } of steps) {
    if (run === undefined || (failed !== undefined && condition !== 'always()')) continue;
    const ended = await new Promise<Ended>(resolve => {
      const child = execFile(
        'bash',
        ['--norc', '-e', '-c', run],
        { cwd: workspace, env },
        (_error, _out, err) => resolve({ step, exit: child.exitCode, err }),
      );
      child.stdin?.end();
    });
    if (ended.exit !== 0) failed ??= ended;
  }
  const report = readFileSync(join(workspace, 'audit-report.xml'), 'utf8');
  return { report, ...(failed === undefined ? {} : { failed }) };
}

test('an application that does what is expected passes, and the report says so', async () => {
  const { failed, report } = await runJob('good', {});
  assert.equal(failed, undefined);
  assert.match(report, /<testsuite [^>]*tests="3" failures="0"/);
});

test('one that does nothing fails at the step that asks the log, and the daemon is stopped all the same', async () => {
  const { failed, report } = await runJob('idle', { IDLE: '1' });
  assert.equal([failed?.step, failed?.exit], ['What the log must hold', 1]);
  assert.match(report, /<testsuite [^>]*failures="2"/);
});

test.run();
