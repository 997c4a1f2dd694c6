// The interactive table of `whodid audit events`, in a terminal of its own: keys whose rows are loaded, and scrolling
// through as many rows as in the explorer.
import { keyFigures } from './player.js';
import { scrolling } from './scrolled.js';

const KEY_MS = 16;
/** Where one is, at the right end of the line under the rows. */
const POSITION = / ([\d,]+)\/[\d,]+\+?/g;

export async function table({ open, size, isQuick }) {
  const { player, terminal, heapMib } = await open(['audit', 'events'], POSITION);
  if (Number.isNaN(player.place())) await player.until(() => !Number.isNaN(player.place()));
  const upAndDown = index => player.key(index % 40 < 20 ? 'j' : 'k');
  await player.keys(60, upAndDown);
  const one = await player.keys(isQuick ? 100 : 400, upAndDown);
  const scrolled = await scrolling({
    ...{ player, terminal, heapMib, rows: size.rows },
    gone: () => player.place() - 1,
  });
  player.press('q');
  await terminal.ended();
  return [...keyFigures('a key in the table, rows loaded', one, KEY_MS), ...scrolled];
}
