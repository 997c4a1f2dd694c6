// The world as a command sees it: streams, what kind of terminal they are, questions, interruption. Commands
// touch nothing else, so that a test builds one by hand and reads what was written.
import type { Readable, Writable } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';
import { plainPrompts } from './accessible/plain-prompts.js';
import { Exit } from './exit.js';
import { chosenPager, type Pager, startPager } from './pager.js';
import { type Prompts, terminalPrompts } from './prompts.js';

export interface Io {
  /** Whether a person sits at both ends: stdin and stdout are terminals. */
  terminal: boolean;
  /** Whether stderr is a terminal, on which progress can be drawn. */
  errorTerminal: boolean;
  /** Whether questions may be asked: a terminal, and nobody said otherwise. */
  canPrompt: boolean;
  /** Columns of the terminal; 80 where there is none. */
  width: number;
  /** Whether stdout takes colours. */
  colour: boolean;
  stdin: Readable;
  /**
   * Writes to stdout and waits until it is taken.
   * @throws Exit with status 0 once the reader has closed the pipe.
   */
  write(text: string): Promise<void>;
  /** Writes to stderr as it is; a sentence brings its own newline. */
  writeError(text: string): void;
  prompts: Prompts;
  /** For what does not fit on the screen; absent where there is none to show it on. */
  pager?: { lines: number; start(): Promise<Pager> };
  /** The terminal, where something interactive may be drawn on it; absent in a pipe, CI and the like. */
  tty?: TtyStreams;
  /** For screen readers: lines are added, nothing is drawn; absent where nothing may be asked. */
  accessible?: true;
  /** Aborted by the first Ctrl-C (SIGINT) or SIGTERM; before the first call those end the program at once. */
  interrupted(): AbortSignal;
}

/** Both ends of the terminal in which a person sits. */
export interface TtyStreams {
  input: Pick<ReadStream, 'setRawMode' | 'on' | 'off' | 'resume' | 'pause'>;
  output: Pick<WriteStream, 'write' | 'writableLength' | 'on' | 'off' | 'columns' | 'rows'>;
}

interface Stream {
  isTTY?: boolean;
  columns?: number;
  rows?: number;
}

/** The parts of `process` that an `Io` is made of. */
export interface Host {
  stdin: Readable & Stream;
  stdout: Writable & Stream;
  stderr: Writable & Stream;
  env: Record<string, string | undefined>;
  once(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

/** The `Io` of a process. `interactive: false` (`--no-interactive`) forbids questions. */
export function hostIo(host: Host, { interactive }: { interactive: boolean }): Io {
  const { stdin, stdout, stderr, env } = host;
  const terminal = Boolean(stdin.isTTY && stdout.isTTY);
  const dumb = env.TERM === 'dumb';
  const plain = dumb || isSet(env.CI);
  let closed = false;
  let interruption: AbortController | undefined;
  // Whoever writes hears of an error through the write; a stream that nobody listens to would end the process.
  stdout.on('error', error => {
    closed ||= brokenPipe(error);
  });
  stderr.on('error', () => undefined);

  const accessible = isSet(env.WHODID_ACCESSIBLE);
  const asked = terminal && interactive && !plain && env.WHODID_INTERACTIVE !== 'never';
  const drawable = asked && !accessible;
  const pager = drawable ? chosenPager(env) : undefined;
  return {
    terminal,
    ...(pager === undefined ? {} : { pager: { lines: stdout.rows || 24, start: () => startPager(pager) } }),
    ...(drawable ? { tty: { input: stdin as ReadStream, output: stdout as WriteStream } } : {}),
    ...(asked && accessible ? { accessible } : {}),
    errorTerminal: Boolean(stderr.isTTY) && !plain && !accessible,
    canPrompt: terminal && interactive && !plain,
    // A terminal that was never told its size says 0.
    width: stdout.columns || 80,
    colour: Boolean(stdout.isTTY) && !plain && !isSet(env.NO_COLOR),
    stdin,
    async write(text) {
      if (closed) throw new Exit(0);
      await new Promise<void>((resolve, reject) => {
        stdout.write(text, error => {
          if (error === null || error === undefined) resolve();
          else reject(brokenPipe(error) ? new Exit(0) : error);
        });
      });
    },
    writeError(text) {
      stderr.write(text);
    },
    prompts: (accessible ? plainPrompts : terminalPrompts)({ input: stdin, output: stderr }),
    interrupted() {
      if (interruption === undefined) {
        const controller = new AbortController();
        interruption = controller;
        host.once('SIGINT', () => controller.abort());
        host.once('SIGTERM', () => controller.abort());
      }
      return interruption.signal;
    },
  };
}

function brokenPipe(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED';
}

/** Of NO_COLOR and CI the presence counts (https://no-color.org), not the value; empty is absent. */
function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
