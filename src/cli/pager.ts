// A pager for what does not fit on the screen: $WHODID_PAGER, else $PAGER, else `less -FRX`. Only where a person sits
// at a terminal that can be drawn on; a pipe never meets it.
import { Exit } from './exit.js';
import type { Io } from './io.js';

/** A program that shows what is written to it, on the terminal. */
export interface Pager {
  /** Whether it took the text; it does not once the person has left it, or if it could not be started. */
  write(text: string): Promise<boolean>;
  /** Says that this was all, and waits until the person has left it. */
  end(): Promise<void>;
  /** Whether there is no such program. */
  missing(): boolean;
}

export interface PagerChoice {
  /** A shell command line. */
  command: string;
  env: Record<string, string | undefined>;
}

/** What the environment asks for; `undefined` when it asks for none, with an empty value or `cat`. */
export function chosenPager(env: Record<string, string | undefined>): PagerChoice | undefined {
  const command = (env.WHODID_PAGER ?? env.PAGER ?? 'less -FRX').trim();
  if (command === '' || command === 'cat') return undefined;
  // As git does: colours are shown, what fits ends at once, and the screen keeps what was read.
  return { command, env: { ...env, LESS: env.LESS ?? 'FRX', LV: env.LV ?? '-c' } };
}

/** Starts it on our own terminal. Ctrl-C is the pager's while it runs: it may only end a search there. */
export async function startPager({ command, env }: PagerChoice): Promise<Pager> {
  // Loaded here: Node's part for it is large, and most commands come to an end without.
  const { spawn } = await import('node:child_process');
  const child = spawn('/bin/sh', ['-c', command], { env, stdio: ['pipe', 'inherit', 'inherit'] });
  const ignore = () => undefined;
  process.on('SIGINT', ignore);
  let status: number | null = null;
  const left = new Promise<void>(resolve => {
    child.on('error', () => resolve());
    child.on('close', code => {
      status = code;
      resolve();
    });
  }).finally(() => process.off('SIGINT', ignore));
  let gone = false;
  child.stdin.on('error', () => {
    gone = true;
  });

  return {
    async write(text) {
      if (!gone) await new Promise<void>(resolve => child.stdin.write(text, () => resolve()));
      if (gone) await left;
      return !gone;
    },
    async end() {
      child.stdin.end();
      await left;
    },
    // What a shell answers for a command that it does not find (POSIX, 2.8.2).
    missing: () => status === 127,
  };
}

export interface PagedOutput {
  io: Io;
  /** To be called when everything is written, before anything else is said. */
  end(): Promise<void>;
}

/** What is kept for the case that there is no such pager: more than a pipe takes before one knows. */
const MOST_HELD = 1024 * 1024;

/** `io` whose output goes through the pager as soon as it is more than the screen holds. */
export function pagedOutput(io: Io): PagedOutput {
  const { pager, width } = io;
  if (pager === undefined) return { io, end: async () => undefined };
  let held = '';
  let lines = 0;
  let open: Pager | undefined;
  /** Whether the pager is not there after all: then what it was given is shown as it is. */
  let direct = false;

  async function write(text: string): Promise<void> {
    if (direct) return io.write(text);
    if (held.length < MOST_HELD) held += text;
    lines += linesOn(text, width);
    // The last line is the prompt's.
    if (open === undefined && lines < pager!.lines) return;
    const isFirst = open === undefined;
    open ??= await pager!.start();
    if (await open.write(isFirst ? held : text)) return;
    if (!open.missing()) throw new Exit(0);
    direct = true;
    await io.write(held);
  }

  return {
    io: { ...io, write },
    async end() {
      await open?.end();
      if (open === undefined || (open.missing() && !direct)) await io.write(held);
    },
  };
}

const SGR = /\u001b\[[\d;]*m/g;

/** Lines of the screen that `text` takes, its longer ones wrapped by the terminal. */
function linesOn(text: string, width: number): number {
  return text
    .split('\n')
    .slice(0, -1)
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(line.replace(SGR, '').length / width)), 0);
}
