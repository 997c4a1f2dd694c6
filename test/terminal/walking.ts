// Answering the walk in lines (WHODID_ACCESSIBLE) in a terminal, by the words of its choices.
import type { TerminalScreen } from './tmux.js';

export interface Walking {
  /** Waits for what is read out since the last answer, up to the next question. @returns it */
  hears(...what: RegExp[]): Promise<string>;
  /** Types the choice of that name, then each answer once its question is asked. */
  choose(label: string, ...asked: (readonly [question: RegExp, answer: string])[]): Promise<void>;
}

/** From what is on the screen now. */
export function walking(screen: TerminalScreen): Walking {
  let from = 0;

  const hears = async (...what: RegExp[]) => {
    const written = await screen.writes(from, text => {
      const lines = text.replaceAll('\r', '');
      return lines.endsWith(': ') && what.every(one => one.test(lines));
    });
    return written.replaceAll('\r', '');
  };

  async function answer(text: string): Promise<void> {
    from = screen.written().length;
    await screen.type(`${text}\r`);
  }

  return {
    hears,
    async choose(label, ...asked) {
      await answer(label);
      for (const [question, text] of asked) {
        await hears(question);
        await answer(text);
      }
    },
  };
}
