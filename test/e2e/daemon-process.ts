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
  /** Resolves when it serves. @param under a command that runs it, as `['strace', '-f']` */
  start(under?: readonly string[]): Promise<void>;
  /** Resolves when the process has ended, by itself or not: with its exit status, or `null` after a signal. */
  ended(): Promise<number | null>;
  /** What it has said on standard error since it was started. */
  said(): string;
  /** An access token of the administrator. */
  login(): Promise<string>;
  kill(signal: NodeJS.Signals): Promise<number | null>;
  /** Kills what runs and removes the data directory. */
  discard(): Promise<void>;
}

export interface DaemonProcessOptions {
  /** The module that composes the daemon; the product's own when left out. */
  program?: string;
  /** The directory to make the data directory in, left in its place; one of its own when left out. */
  parent?: string;
}

/** Makes a data directory with an administrator; `start` runs the daemon on it. */
export async function daemonProcess(
  env: Record<string, string> = {},
  { program = 'dist/daemon/main.js', parent }: DaemonProcessOptions = {},
): Promise<DaemonProcess> {
  keepNewFilesPrivate();
  const made = parent ?? mkdtempSync(join(tmpdir(), 'whodid-'));
  const home = join(made, 'home');
  await initialize(dataPaths({ WHODID_HOME: home }), ADMIN, Date.now);
  let child: ChildProcess | undefined;
  let errors = '';

  const me: DaemonProcess = {
    home,
    url: '',
    pid: 0,
    async start(under = []) {
      errors = '';
      me.pid = 0;
      const [command, ...args] = [...under, process.execPath, program];
      child = spawn(command!, args, {
        env: {
          ...process.env,
          WHODID_HOME: home,
          WHODID_LISTEN: '127.0.0.1:0',
          WHODID_READY_FD: '3',
          WHODID_AUDIT_BALLAST_BYTES: '0',
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
    async ended() {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null)
        return child?.exitCode ?? null;
      const [code] = (await once(child, 'exit')) as [number | null];
      return code;
    },
    said: () => errors,
    async kill(signal) {
      const ended = me.ended();
      if (child?.exitCode === null && child.signalCode === null) {
        // What runs the daemon ends with it; ended by itself it would leave it behind.
        if (me.pid === 0) child.kill(signal);
        else process.kill(me.pid, signal);
      }
      return ended;
    },
    async discard() {
      await me.kill('SIGKILL');
      rmSync(parent === undefined ? made : home, { recursive: true, force: true });
    },
  };
  return me;
}
