// Servers under load, each in a process of its own. A server's file says `serve(...)` (below) when it listens.
import { fork } from 'node:child_process';
import { once } from 'node:events';

/**
 * @typedef {object} Server
 * @property {number} pid
 * @property {any} facts what the server said of itself
 * @property {() => Promise<{ cpuUs: number, rssBytes: number }>} usage processor time so far, of all its threads
 * @property {() => Promise<void>} stop
 */

/**
 * Starts a file of `bench/`, e.g. `baselines/afternoon.js`.
 * @returns {Promise<Server>}
 */
export async function startServer(file, args = [], { execArgv = [] } = {}) {
  const child = fork(new URL(`../${file}`, import.meta.url), args, { execArgv });
  const [facts] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => {
      throw new Error(`bench/${file} ended before it listened.`);
    }),
  ]);
  return {
    pid: child.pid,
    facts,
    async usage() {
      child.send('usage');
      const [usage] = await once(child, 'message');
      return usage;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.send('stop');
      await once(child, 'exit');
    },
  };
}

/** Called in a server's process: says `facts` to who started it, answers `usage`, and calls `stop` when told to. */
export function serve(facts, stop) {
  process.on('message', async order => {
    if (order === 'usage') {
      const { user, system } = process.cpuUsage();
      process.send({ cpuUs: user + system, rssBytes: process.memoryUsage.rss() });
      return;
    }
    await stop();
    process.exit(0);
  });
  process.on('disconnect', () => process.exit(0));
  process.send(facts);
}
