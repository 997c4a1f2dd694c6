// A terminal that a test types into and reads back: tmux with a server of its own, spoken to in control mode
// (tmux(1), CONTROL MODE). It tells when something was written to the terminal, and what: nothing is polled, and
// what a program sent can be looked at byte by byte.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface TerminalScreen {
  /** Types text as it is, all in one write. */
  type(text: string): Promise<void>;
  /** Presses keys by the names of tmux: Enter, Escape, C-c, PageDown. */
  press(...keys: string[]): Promise<void>;
  /** The lines of the screen, without spaces at their ends and empty lines at the end. */
  screen(): Promise<string[]>;
  /** With the scrollback. */
  everything(): Promise<string[]>;
  /** Waits until the screen shows it, no frame being half drawn. @throws with the screen when it never does */
  shows(what: RegExp): Promise<string>;
  /** Waits until what was written since then is so. @returns it, as text. @throws with it when it never is */
  writes(since: number, isSo: (text: string) => boolean): Promise<string>;
  /** Everything that was written to the terminal, a character for each byte. */
  written(): string;
  /** Of the shell. */
  pid(): Promise<string>;
  /** Of who holds the terminal: stopped, it takes nothing that is written. */
  holderPid(): Promise<number>;
  resize(columns: number, lines: number): Promise<void>;
  /** Takes the terminal away, and waits until all that ran in it has ended. */
  close(): Promise<void>;
}

export interface ScreenOptions {
  columns?: number;
  lines?: number;
  env: Record<string, string | undefined>;
}

/** What never shows ends the test, not the tests: far longer than anything takes, on however busy a machine. */
const HANGS_MS = 120_000;

/** Marks of a frame (mode 2026), and of a program that has left the terminal: its cursor is back. */
const FRAME = { begin: '\u001b[?2026h', end: '\u001b[?2026l', left: '\u001b[?25h' };

/** Opens a shell (`bash`, prompt `$ `) in a terminal of that size. */
export async function openScreen({ columns = 80, lines = 24, env }: ScreenOptions): Promise<TerminalScreen> {
  const dir = mkdtempSync(join(tmpdir(), 'whodid-tmux-'));
  const socket = join(dir, 'tmux');
  const options = { env: { PATH: process.env.PATH, HOME: dir, LANG: 'C.UTF-8', ...env } };
  const server = ['-S', socket, '-f', '/dev/null'];
  const session = ['new-session', '-d', '-s', 'test', '-x', String(columns), '-y', String(lines)];
  // Everything that runs in the shell holds the pipe open, so that its end is the end of the last of them.
  const held = join(dir, 'held');
  await run('mkfifo', [held]);
  const ended = once(createReadStream(held).resume(), 'close');
  const shell = `exec env PS1='$ ' bash --norc --noprofile 9>'${held}'`;
  // Whoever looks on, as we do below, does not change the size.
  const sized = [';', 'set', '-g', 'window-size', 'manual'];
  await run('tmux', [...server, ...session, shell, ...sized], options).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw new Error('These tests need tmux: install it and run them again.');
      throw error;
    },
  );

  const control = spawn('tmux', [...server, '-C', 'attach', '-t', 'test'], {
    ...options,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const asked: ((answer: { ok: boolean; lines: string[] }) => void)[] = [];
  let written = '';
  let changes = 0;
  let onChange: (() => void) | undefined;
  const changed = () => {
    changes += 1;
    onChange?.();
  };
  // What the shell wrote before somebody listened is on the screen, not among what was written.
  readControl(control.stdout, {
    output(bytes) {
      written += bytes;
      changed();
    },
    answer: (ok, answer) => asked.shift()?.({ ok, lines: answer }),
    other: changed,
  });

  /** Runs a command of tmux, its words quoted by `word`. @returns what it says, by lines */
  async function tmux(...words: string[]): Promise<string[]> {
    const answer = new Promise<{ ok: boolean; lines: string[] }>(resolve => asked.push(resolve));
    control.stdin.write(`${words.join(' ')}\n`);
    const { ok, lines: said } = await answer;
    if (!ok) throw new Error(`tmux ${words.join(' ')}: ${said.join('\n')}`);
    return said;
  }

  const isWhole = () =>
    written.lastIndexOf(FRAME.begin) <=
    Math.max(written.lastIndexOf(FRAME.end), written.lastIndexOf(FRAME.left));
  const nextChange = (after: number, withinMs: number) =>
    new Promise<void>(resolve => {
      const timer = setTimeout(done, withinMs);
      function done() {
        clearTimeout(timer);
        onChange = undefined;
        resolve();
      }
      if (changes === after) onChange = done;
      else done();
    });

  const me: TerminalScreen = {
    type: async text => void (await tmux('send-keys', '-t', 'test', '-l', '--', word(text))),
    press: async (...keys) => void (await tmux('send-keys', '-t', 'test', '--', ...keys.map(word))),
    screen: async () => trimmed(await tmux('capture-pane', '-p', '-t', 'test')),
    everything: async () => trimmed(await tmux('capture-pane', '-p', '-t', 'test', '-S', '-')),
    async shows(what) {
      const until = performance.now() + HANGS_MS;
      for (;;) {
        const before = changes;
        const text = (await me.screen()).join('\n');
        if (what.test(text) && isWhole()) return text;
        const left = until - performance.now();
        if (left <= 0) throw new Error(`The screen does not show ${what}:\n${text}`);
        await nextChange(before, left);
      }
    },
    async writes(since, isSo) {
      const until = performance.now() + HANGS_MS;
      for (;;) {
        const before = changes;
        const text = Buffer.from(written.slice(since), 'latin1').toString();
        if (isSo(text)) return text;
        const left = until - performance.now();
        if (left <= 0) throw new Error(`What was expected is not written:\n${text}`);
        await nextChange(before, left);
      }
    },
    written: () => written,
    pid: async () => (await tmux('display-message', '-p', '-t', 'test', word('#{pane_pid}'))).join(''),
    holderPid: async () => Number(await tmux('display-message', '-p', '-t', 'test', word('#{pid}'))),
    resize: async (width, height) =>
      void (await tmux('resize-window', '-t', 'test', '-x', String(width), '-y', String(height))),
    async close() {
      const exited = once(control, 'exit');
      control.stdin.write('kill-server\n');
      await exited;
      // A program that is told that its terminal is gone still writes down where its user was.
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
  await me.shows(/\$$/);
  return me;
}

/** As one word of a command of tmux: everything but letters and digits as an octal escape of its byte. */
function word(text: string): string {
  const escaped = text.replace(/[\u0000-\u007f]/g, character =>
    /[A-Za-z0-9]/.test(character) ? character : `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
  return `"${escaped}"`;
}

function trimmed(lines: string[]): string[] {
  return lines
    .map(line => line.trimEnd())
    .join('\n')
    .trimEnd()
    .split('\n');
}

interface ControlListener {
  output(bytes: string): void;
  answer(ok: boolean, lines: string[]): void;
  /** Anything else: the window was resized and the like. */
  other(): void;
}

/** Reads what tmux says in control mode, where bytes below 32 and backslashes of output are octal. */
function readControl(stream: NodeJS.ReadableStream, listener: ControlListener): void {
  let rest = '';
  let block: string[] | undefined;
  stream.setEncoding('latin1').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [, kind, flags] = /^%(begin|end|error) \d+ \d+ (\d+)$/.exec(line) ?? [];
      if (kind === 'begin') block = [];
      else if (kind !== undefined) {
        const said = block ?? [];
        block = undefined;
        // Those of others, such as the attaching itself, have no flag.
        if (flags !== '0') listener.answer(kind === 'end', said);
      } else if (block !== undefined) block.push(Buffer.from(line, 'latin1').toString());
      else if (line.startsWith('%output ')) {
        const bytes = line.slice(line.indexOf(' ', '%output '.length) + 1);
        listener.output(
          bytes.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8))),
        );
      } else listener.other();
    }
  });
}
