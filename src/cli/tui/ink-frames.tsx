// Ink as a maker of frames: it lays out and draws into a stdout of ours, and never sees the terminal. With `debug`
// each of its writes is one whole frame; what becomes of it is the painter's business.
import { EventEmitter } from 'node:events';
import { render } from 'ink';
import type { ReactElement } from 'react';

export interface InkFrames {
  /** Renders and answers the lines of the frame. @throws what a component threw */
  draw(view: ReactElement, columns: number): string[];
  close(): void;
}

export function createInkFrames(): InkFrames {
  let frame = '';
  const stdout = Object.assign(new EventEmitter(), {
    columns: 80,
    rows: 24,
    // Not a terminal: Ink would write cursor controls in between its frames.
    isTTY: false,
    write(text: string) {
      frame = text;
      return true;
    },
  });
  const stdin = Object.assign(new EventEmitter(), { isTTY: false });
  let failure: unknown;
  let instance: ReturnType<typeof render> | undefined;

  return {
    draw(view, columns) {
      stdout.columns = columns;
      if (instance === undefined) {
        instance = render(view, {
          stdout: stdout as unknown as NodeJS.WriteStream,
          stdin: stdin as unknown as NodeJS.ReadStream,
          debug: true,
          patchConsole: false,
          exitOnCtrlC: false,
        });
        instance.waitUntilExit().catch((error: unknown) => {
          failure = error;
        });
      } else instance.rerender(view);
      if (failure !== undefined) throw failure;
      return frame.split('\n');
    },
    close() {
      instance?.unmount();
      instance?.cleanup();
    },
  };
}
