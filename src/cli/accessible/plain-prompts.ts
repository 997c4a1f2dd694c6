// Questions for screen readers (WHODID_ACCESSIBLE): a line with what is asked, and a line with the answer. Nothing is
// drawn again, so nothing is read twice.
import { StringDecoder } from 'node:string_decoder';
import type { ReadStream } from 'node:tty';
import { EXIT } from '../../shared/problem.js';
import { Exit } from '../exit.js';
import type { PromptStreams, Prompts } from '../prompts.js';

const END_OF_INPUT = '\u0004';
const INTERRUPT = '\u0003';
const REST_OF_LINE = '\u0015';

export function plainPrompts({ input, output }: PromptStreams): Prompts {
  const decoder = new StringDecoder('utf8');
  let typed = '';

  /** What is typed next, once there is some. @throws Exit with 130 at the end of the input, or for Ctrl-C */
  function more(): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (finish: () => void) => {
        input.off('data', onData).off('end', onEnd);
        process.off('SIGINT', onEnd);
        input.pause();
        finish();
      };
      const onData = (chunk: Buffer) =>
        done(() => {
          typed += decoder.write(chunk);
          resolve();
        });
      const onEnd = () =>
        done(() => {
          output.write('\n');
          reject(new Exit(EXIT.interrupted));
        });
      // It may have ended between two questions.
      if (input.readableEnded) return onEnd();
      input.on('data', onData).on('end', onEnd);
      process.on('SIGINT', onEnd);
      input.resume();
    });
  }

  /** A line as the terminal gives it, who shows and edits it. */
  async function line(message: string): Promise<string> {
    const isTyped = () => /[\r\n]/.test(typed);
    // Ctrl-C is listened for before the question can be read.
    const first = isTyped() || input.readableEnded ? undefined : more();
    output.write(`${message}: `);
    await first;
    while (!isTyped()) await more();
    const [whole, text = ''] = /^([^\r\n]*)(?:\r\n|\r|\n)/.exec(typed) ?? [''];
    typed = typed.slice(whole.length);
    return text;
  }

  /** A line that is not shown: the terminal gives each key, from before it is asked for. */
  async function hiddenLine(message: string): Promise<string> {
    const terminal = input as unknown as Partial<Pick<ReadStream, 'setRawMode'>>;
    terminal.setRawMode?.(true);
    try {
      output.write(`${message}: `);
      let text = '';
      for (;;) {
        while (typed === '') await more();
        const [key = ''] = typed;
        typed = typed.slice(key.length);
        if (key === '\r' || key === '\n') return text;
        if (key === INTERRUPT || key === END_OF_INPUT) throw new Exit(EXIT.interrupted);
        if (key === '\u007f' || key === '\b') text = [...text].slice(0, -1).join('');
        else if (key === REST_OF_LINE) text = '';
        else text += key;
      }
    } finally {
      terminal.setRawMode?.(false);
      output.write('\n');
    }
  }

  async function needed(message: string, read: (message: string) => Promise<string>): Promise<string> {
    for (;;) {
      const text = await read(message);
      if (text.trim() !== '') return text;
      output.write('Something is needed here.\n');
    }
  }

  return {
    input: async message => (await needed(message, line)).trim(),
    password: message => needed(`${message} (not shown)`, hiddenLine),
    async confirm(message) {
      for (;;) {
        const answer = (await needed(`${message} (yes or no)`, line)).trim().toLowerCase();
        if (['y', 'yes'].includes(answer)) return true;
        if (['n', 'no'].includes(answer)) return false;
        output.write('Answer yes or no.\n');
      }
    },
  };
}
