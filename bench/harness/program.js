// The program as its users have it: bundled, started and stopped from the command line.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** What `bin/whodid.js` is started with. */
export const PROGRAM = fileURLToPath(new URL('../../bin/whodid.js', import.meta.url));

const call = promisify(execFile);

/** Runs one command on the data directory `home`. @returns its output */
export async function whodid(home, ...args) {
  const env = { ...process.env, WHODID_HOME: home, XDG_CONFIG_HOME: home, WHODID_LISTEN: '127.0.0.1:0' };
  return (await call(process.execPath, [PROGRAM, ...args], { env })).stdout;
}

/**
 * Starts the daemon of `home` in the background.
 * @returns {Promise<import('./server.js').Server>} of its usage the memory alone
 */
export async function startProgram(home) {
  const began = performance.now();
  await whodid(home, 'daemon', 'start');
  const startedInMs = performance.now() - began;
  const { pid, url } = JSON.parse(await whodid(home, 'daemon', 'status', '--json'));
  return {
    pid,
    facts: { url, startedInMs },
    async usage() {
      const { stdout } = await call('ps', ['-o', 'rss=', '-p', String(pid)]);
      return { cpuUs: Number.NaN, rssBytes: Number(stdout) * 1024 };
    },
    stop: async () => void (await whodid(home, 'daemon', 'stop')),
  };
}
