// The whole screen of the explorer, as rows: head and foot as Ink has laid them out, the body between, and what
// changes with every key at the right ends.
import { createElement } from 'react';
import type { SafeText } from '../../output/escape.js';
import { paint } from '../../output/style.js';
import { widthOf } from '../../output/width.js';
import type { InkFrames } from '../ink-frames.js';
import type { ScreenRow, Segment } from '../terminal/screen-painter.js';
import type { ExplorerAction } from './action.js';
import { createBody } from './body.js';
import { FrameLine, frameTexts, rightEnds } from './explorer-frame.js';
import { type ExplorerState, isTooSmall } from './state.js';

export interface ExplorerScreen {
  /** As many rows as the terminal has lines. */
  rows(state: ExplorerState, now: number): ScreenRow[];
}

export interface ExplorerScreenOptions {
  actions: readonly ExplorerAction[];
  /** Where the daemon is. */
  daemon: string;
  colour: boolean;
  frames: Pick<InkFrames, 'draw'>;
}

/** Lines that are kept as Ink has made them: those of the places where one goes back and forth. */
const MOST_DRAWN = 64;

export function createExplorerScreen({
  actions,
  daemon,
  colour,
  frames,
}: ExplorerScreenOptions): ExplorerScreen {
  const body = createBody({ colour, actions });
  /** What Ink has made of lines, the latest last. */
  const drawn = new Map<string, string>();

  function frameLine(text: string, columns: number): string {
    if (text === '') return '';
    const key = `${columns} ${text}`;
    const line = drawn.get(key) ?? frames.draw(createElement(FrameLine, { text }), columns)[0] ?? '';
    drawn.delete(key);
    drawn.set(key, line);
    for (const oldest of drawn.keys()) {
      if (drawn.size <= MOST_DRAWN) break;
      drawn.delete(oldest);
    }
    return line;
  }

  return {
    rows(state, now) {
      const props = { state, actions, daemon, now, colour };
      const { columns } = state.size;
      const lines = frameTexts(props).map(text => frameLine(text, columns));
      if (isTooSmall(state)) return lines.map(text => [{ column: 0, text }]);
      const right = rightEnds(props);
      const segments = (text: string, end = '' as SafeText, style: 'yellow' | undefined = undefined) => {
        const row: Segment[] = [{ column: 0, text }];
        if (end !== '')
          row.push({ column: Math.max(0, columns - widthOf(end)), text: paint(end, style, colour) });
        return row;
      };
      const [path = '', filter = '', status = '', keys = ''] = lines;
      return [
        segments(path),
        segments(filter, right.filter, 'yellow'),
        ...body.rows(state, now),
        segments(status, right.status),
        segments(keys),
      ];
    },
  };
}
