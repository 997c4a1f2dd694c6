// A real daemon in a process of its own, that can be killed.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { keepNewFilesPrivate } from '#src/daemon/home.js';
import { initialize } from '#src/daemon/init.js';
import type { ReadyMessage } from '#src/shared/daemon-process.js';
import { dataPaths } from '#src/shared/paths.js';

const ADMIN = { name: 'Ada', email: 'ada@example.com', password: 'correct horse' };

export interface DaemonProcess {
  home: string;
  url: string;
  pid: number;
  start(): Promise<void>;
  /** An access token of the administrator. */
  login(): Promise<string>;
  kill(signal: NodeJS.Signals): Promise<number | null>;
  /** Kills what runs and removes the data directory. */
  discard(): Promise<void>;
}

/** Makes a data directory with an administrator; `start` runs the daemon on it. */
export async function daemonProcess(env: Record<string, string> = {}): Promise<DaemonProcess> {
  keepNewFilesPrivate();
  const parent = mkdtempSync(join(tmpdir(), 'whodid-'));
  const home = join(parent, 'home');
  await initialize(dataPaths({ WHODID_HOME: home }), ADMIN, Date.now);
  let child: ChildProcess | undefined;
  let errors = '';

  const me: DaemonProcess = {
    home,
    url: '',
    pid: 0,
    async start() {
      errors = '';
      child = spawn(process.execPath, ['dist/daemon/main.js'], {
        env: {
          ...process.env,
          WHODID_HOME: home,
          WHODID_LISTEN: '127.0.0.1:0',
          WHODID_READY_FD: '3',
          ...env,
        },
        stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      });
      child.stderr!.on('data', chunk => {
        errors += chunk;
      });
      const lines = createInterface({ input: child.stdio[3] as Readable });
      const [line] = (await Promise.race([
        once(lines, 'line'),
        once(child, 'exit').then(() => ['null']),
      ])) as [string];
      const message = JSON.parse(line) as ReadyMessage | null;
      if (message?.ready !== true) throw new Error(`The daemon did not start: ${message?.error ?? errors}`);
      me.url = message.url!;
      me.pid = message.pid;
    },
    async login() {
      const answer = await fetch(`${me.url}/v1/sessions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: ADMIN.email, password: ADMIN.password }),
      });
      return ((await answer.json()) as { accessToken: string }).accessToken;
    },
    async kill(signal) {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null)
        return child?.exitCode ?? null;
      const exited = once(child, 'exit');
      child.kill(signal);
      const [code] = (await exited) as [number | null];
      return code;
    },
    async discard() {
      await me.kill('SIGKILL');
      rmSync(parent, { recursive: true, force: true });
    },
  };
  return me;
}
