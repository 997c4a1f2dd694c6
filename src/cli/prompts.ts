// Questions on a terminal. The library is loaded when the first one is asked: most runs ask nothing.
import type { Readable, Writable } from 'node:stream';
import { EXIT } from '../shared/problem.js';
import { Exit } from './exit.js';

/** Every question throws `Exit` with status 130 when it is answered with Ctrl-C. */
export interface Prompts {
  /** One line of text, not empty. */
  input(message: string): Promise<string>;
  /** A secret: what is typed is not shown. */
  password(message: string): Promise<string>;
  confirm(message: string): Promise<boolean>;
}

export interface PromptStreams {
  input: Readable;
  /** Not stdout: that is for data. */
  output: Writable;
}

export function terminalPrompts(streams: PromptStreams): Prompts {
  const context = { input: streams.input, output: streams.output as NodeJS.WritableStream };
  const load = () => import('@inquirer/prompts');
  const ask = async <T>(question: Promise<T>): Promise<T> => {
    try {
      return await question;
    } catch (error) {
      if (error instanceof Error && error.name === 'ExitPromptError') throw new Exit(EXIT.interrupted);
      throw error;
    }
  };
  const required = (text: string) => text.trim() !== '' || 'Something is needed here.';

  return {
    async input(message) {
      const { input } = await load();
      return (await ask(input({ message, validate: required }, context))).trim();
    },
    async password(message) {
      const { password } = await load();
      return ask(
        password({ message, validate: text => text !== '' || 'Something is needed here.' }, context),
      );
    },
    async confirm(message) {
      const { confirm } = await load();
      return ask(confirm({ message, default: false }, context));
    },
  };
}
