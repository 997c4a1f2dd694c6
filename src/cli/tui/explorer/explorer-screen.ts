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
import { ExplorerFrame, frameText, rightEnds } from './explorer-frame.js';
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

export function createExplorerScreen({
  actions,
  daemon,
  colour,
  frames,
}: ExplorerScreenOptions): ExplorerScreen {
  const body = createBody({ colour, actions });
  let drawn: { key: string; lines: readonly string[] } = { key: '', lines: [] };

  function frameLines(props: Parameters<typeof frameText>[0]): readonly string[] {
    const text = frameText(props);
    const key = `${text.columns}\n${text.lines.join('\n')}`;
    if (drawn.key !== key)
      drawn = { key, lines: frames.draw(createElement(ExplorerFrame, text), text.columns) };
    return drawn.lines;
  }

  return {
    rows(state, now) {
      const props = { state, actions, daemon, now, colour };
      const lines = frameLines(props);
      if (isTooSmall(state)) return lines.map(text => [{ column: 0, text }]);
      const right = rightEnds(props);
      const { columns } = state.size;
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
