// Scrolling by screens through many rows: how long each screen takes, pages being fetched on the way, and whether the
// memory stays as it is.
import { keyFigures } from './player.js';
import { residentMib } from './process-usage.js';

const PAGE_DOWN = '\u001b[6~';
const SCREEN_MS = 50;
/** What the heap may have more at the end: caches that were not full at the beginning. */
const MORE_MIB = 10;

/** In the explorer, from the newest event on, whose number is the size of the log. */
export const scrolled = ({ player, size, ...stage }) =>
  scrolling({ ...stage, player, rows: size.rows, gone: () => size.events - player.place() });

/**
 * Pages down until so many rows are gone, and back to the top.
 * @param {{ rows: number, gone: () => number }} stage besides player and program
 */
export async function scrolling({ player, terminal, heapMib, rows, gone }) {
  const scroll = through =>
    player.keys(
      () => gone() >= through,
      () => player.key(PAGE_DOWN),
      0,
    );
  await scroll(rows / 10);
  const before = { heap: await heapMib(), resident: residentMib(terminal.pid) };
  const keys = await scroll(rows);
  const after = { heap: await heapMib(), resident: residentMib(terminal.pid) };
  await player.key('g');
  const count = rows.toLocaleString('en-US');
  return [
    ...keyFigures(`a screen further, through ${count} rows, pages fetched on the way`, keys, SCREEN_MS),
    {
      what: `the heap after ${count} rows, more than after a tenth of them`,
      value: after.heap - before.heap,
      unit: 'MiB',
      reach: { atMost: MORE_MIB },
    },
    { what: '  the heap then', value: after.heap, unit: 'MiB' },
    {
      what: '  memory of the process after a tenth; after all',
      value: before.resident,
      low: before.resident,
      high: after.resident,
      unit: 'MiB',
    },
  ];
}
