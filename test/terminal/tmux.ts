// A terminal that a test types into and reads back: tmux with a server of its own.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface TerminalScreen {
  /** Types text as it is, all in one write. */
  type(text: string): Promise<void>;
  /** Presses keys by the names of tmux: Enter, Escape, C-c, PageDown. */
  press(...keys: string[]): Promise<void>;
  /** The lines of the screen, without spaces at their ends and empty lines at the end. */
  screen(): Promise<string[]>;
  /** With the scrollback, and colours as SGR. */
  everything(options?: { colours?: boolean }): Promise<string[]>;
  /** Waits until the screen shows it. @throws with the screen when it does not within 20 s */
  shows(what: RegExp): Promise<string>;
  /** Of the shell. */
  pid(): Promise<string>;
  resize(columns: number, lines: number): Promise<void>;
  close(): Promise<void>;
}

export interface ScreenOptions {
  columns?: number;
  lines?: number;
  env: Record<string, string | undefined>;
}

/** Opens a shell (`sh`, prompt `$ `) in a terminal of that size. */
export async function openScreen({ columns = 80, lines = 24, env }: ScreenOptions): Promise<TerminalScreen> {
  const dir = mkdtempSync(join(tmpdir(), 'whodid-tmux-'));
  const socket = join(dir, 'tmux');
  const tmux = async (...args: string[]) => {
    const { stdout } = await run('tmux', ['-S', socket, '-f', '/dev/null', ...args], {
      env: { PATH: process.env.PATH, HOME: dir, LANG: 'C.UTF-8', ...env },
    }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw new Error('These tests need tmux: install it and run them again.');
      throw error;
    });
    return stdout.replace(/\n$/, '').split('\n');
  };
  const size = ['-x', String(columns), '-y', String(lines)];
  await tmux('new-session', '-d', '-s', 'test', ...size, "exec env PS1='$ ' bash --norc --noprofile");
  const capture = (...more: string[]) => tmux('capture-pane', '-p', '-t', 'test', ...more);

  const me: TerminalScreen = {
    type: async text => void (await tmux('send-keys', '-t', 'test', '-l', '--', text)),
    press: async (...keys) => void (await tmux('send-keys', '-t', 'test', '--', ...keys)),
    screen: async () => (await capture()).join('\n').trimEnd().split('\n'),
    everything: ({ colours = false } = {}) => capture('-S', '-', ...(colours ? ['-e'] : [])),
    async shows(what) {
      const until = Date.now() + 20_000;
      for (;;) {
        const text = (await me.screen()).join('\n');
        if (what.test(text)) return text;
        if (Date.now() > until) throw new Error(`The screen does not show ${what}:\n${text}`);
        await sleep(30);
      }
    },
    pid: async () => (await tmux('display-message', '-p', '-t', 'test', '#{pane_pid}')).join(''),
    resize: async (width, height) =>
      void (await tmux('resize-window', '-t', 'test', '-x', String(width), '-y', String(height))),
    async close() {
      const [pid = ''] = await tmux('display-message', '-p', '#{pid}');
      await tmux('kill-server');
      // It says so and goes on for a moment, in which it still has its socket.
      while (isAlive(Number(pid))) await sleep(10);
      rmSync(dir, { recursive: true, force: true });
    },
  };
  await me.shows(/\$$/);
  return me;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
