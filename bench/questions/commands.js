// How long does a short command take, the whole process, over `node -e 0`?
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { makeHome, startDaemonSite } from '../harness/daemon-site.js';
import { median } from '../harness/numbers.js';
import { PROGRAM } from '../harness/program.js';
import { inTurns, ratio } from '../harness/turns.js';

/** @param {import('../run.js').Bench} bench */
export async function commands(bench) {
  const { home, remove } = await makeHome();
  bench.cleanup.add(remove);
  const site = await startDaemonSite({ home });
  bench.cleanup.add(() => site.stop());
  await site.furnish();
  const { token } = await site.api('POST', '/v1/tokens', {
    name: 'bench',
    role: 'auditor',
    expiresAt: Date.now() + 3_600_000,
  });
  const env = {
    ...process.env,
    WHODID_HOME: home,
    XDG_CONFIG_HOME: home,
    WHODID_TOKEN: token,
    WHODID_URL: site.url,
  };
  const run = args => async () => {
    const began = performance.now();
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
    const [status] = await once(child, 'exit');
    if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}.`);
    return performance.now() - began;
  };
  const measured = await inTurns(
    {
      node: run(['-e', '0']),
      version: run([PROGRAM, '--version']),
      target: run([PROGRAM, 'audit', 'target', 'articles', site.ids[0], '--json']),
    },
    3 * bench.sizes.rounds,
  );
  return [
    { what: 'node -e 0', value: median(measured.node), unit: 'ms' },
    {
      what: 'whodid --version / node -e 0',
      ...ratio(measured.version, measured.node),
      unit: 'times',
      reach: { atMost: 1.3 },
    },
    {
      what: 'whodid audit target … --json / node -e 0',
      ...ratio(measured.target, measured.node),
      unit: 'times',
      reach: { atMost: 2 },
    },
  ];
}
