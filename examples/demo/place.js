// Where the demo lives: a temporary directory with the daemon's data, and for each person a client directory (so
// that each has a session of their own) and a password in a file.
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whodid } from './terminal.js';

/**
 * Makes the directory. Of `env` everything of the user's own whodid (WHODID_…) is left behind.
 * @param {{ people: string[], env: Record<string, string | undefined> }} options
 */
export function createPlace({ people, env }) {
  const dir = mkdtempSync(join(tmpdir(), 'whodid-demo-'));
  const home = join(dir, 'data');
  const configOf = person => join(dir, person);
  const passwordFile = person => join(dir, `${person}.password`);
  const others = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('WHODID_')));

  for (const person of people) {
    mkdirSync(configOf(person), { mode: 0o700 });
    writeFileSync(passwordFile(person), `${randomBytes(12).toString('base64url')}\n`, { mode: 0o600 });
  }

  const environmentOf = person => ({
    ...others,
    WHODID_HOME: home,
    XDG_CONFIG_HOME: configOf(person),
  });

  /** Ends a daemon that would not stop when asked: nobody wants its data. */
  function killDaemon() {
    try {
      process.kill(JSON.parse(readFileSync(join(home, 'daemon.json'), 'utf8')).pid, 'SIGKILL');
    } catch {
      // No note, or no such process: there is none.
    }
  }

  return {
    dir,
    home,
    configOf,
    passwordFile,
    environmentOf,

    /**
     * Stops the daemon, if there is one, and removes everything.
     * @throws Error when it did not stop as it should; it is ended and removed all the same
     */
    async remove() {
      let said = '';
      const status = await whodid(['daemon', 'stop'], {
        env: environmentOf(people[0]),
        terminal: false,
        out() {},
        error(text) {
          said += text;
        },
        signal: new AbortController().signal,
      });
      if (status !== 0) killDaemon();
      rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
      if (status !== 0) throw new Error(`\`whodid daemon stop\` ended with ${status}: ${said.trim()}`);
    },
  };
}
