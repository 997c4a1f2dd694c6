// An `Io` made by hand: what a command writes is kept, what it asks is answered from a list.
import { Readable } from 'node:stream';
import { Exit } from '#src/cli/exit.js';
import type { Io } from '#src/cli/io.js';

export interface CapturedIo extends Io {
  out(): string;
  err(): string;
  /** What was asked. */
  questions: string[];
  /** Ctrl-C. */
  interrupt(): void;
}

export interface CapturedIoOptions {
  terminal?: boolean;
  colour?: boolean;
  width?: number;
  stdin?: string | Buffer;
  /** Answers to questions, in order. */
  answers?: string[];
  /** The reader goes away after so many writes. */
  closeAfterWrites?: number;
}

export function capturedIo(options: CapturedIoOptions = {}): CapturedIo {
  const { terminal = false, colour = false, width = 80, stdin = '', closeAfterWrites } = options;
  const answers = [...(options.answers ?? [])];
  const questions: string[] = [];
  const controller = new AbortController();
  let out = '';
  let err = '';
  let writes = 0;
  const answer = async (message: string) => {
    questions.push(message);
    const text = answers.shift();
    if (text === undefined) throw new Error(`no answer to "${message}"`);
    return text;
  };
  return {
    terminal,
    errorTerminal: false,
    canPrompt: terminal,
    width,
    colour,
    stdin: Readable.from([Buffer.from(stdin)]),
    async write(text) {
      if (writes === closeAfterWrites) throw new Exit(0);
      writes += 1;
      out += text;
    },
    writeError(text) {
      err += text;
    },
    prompts: { input: answer, password: answer, confirm: async message => (await answer(message)) === 'y' },
    interrupted: () => controller.signal,
    out: () => out,
    err: () => err,
    questions,
    interrupt: () => controller.abort(),
  };
}
