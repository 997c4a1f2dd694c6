// The choices about views that are kept: the same nine that the explorer has under its digits.
import { formatFilterLine, parseFilterLine } from '../filter-line.js';
import { escapeText, safe } from '../output/escape.js';
import { keepView, readPreferences } from '../tui/explorer/preferences.js';
import type { WalkAction } from './action.js';
import { chosenOf } from './choosing.js';
import { stepInto, stepOf } from './walk.js';

const nameOf = (line: string) => (line === '' ? 'everything' : line);

export const KEEPING: readonly WalkAction[] = [
  {
    label: 'keep this view under a digit',
    place: 'events',
    async run(walk, { io, config }) {
      const digit = await io.prompts.input('Under which, 1 to 9');
      if (!/^[1-9]$/.test(digit)) {
        await io.write(`${escapeText(digit)} is no digit from 1 to 9; nothing is kept.\n`);
        return walk;
      }
      const line = formatFilterLine(stepOf(walk).filter);
      await keepView(config, digit, line);
      await io.write(`${digit} is now ${escapeText(nameOf(line))}.\n`);
      return walk;
    },
  },
  {
    label: 'a view that was kept',
    place: 'events',
    async run(walk, world) {
      const { client, clock, config } = world;
      const { saved } = await readPreferences(config);
      const view = await chosenOf(world, {
        title: safe`Views that were kept`,
        items: Object.entries(saved),
        line: ([digit, line]) => safe`${escapeText(nameOf(line))}, under ${escapeText(digit)}`,
        question: 'Which',
      });
      if (view === undefined) return walk;
      const [, line] = view;
      return stepInto(client, walk, nameOf(line), parseFilterLine(line, clock()));
    },
  },
];
