// Scrolling by screens through many rows: how long each screen takes, pages being fetched on the way, and whether the
// memory stays as it is.

import { keyFigures } from './player.js';
import { residentMib } from './process-usage.js';

const PAGE_DOWN = '\u001b[6~';
/** Rows of the list at 200×50. */
const SCREEN = 44;
const SCREEN_MS = 50;
/** What the heap may have more at the end: caches that were not full at the beginning. */
const MORE_MIB = 10;

export async function scrolled({ player, terminal, size, heapMib }) {
  const scroll = async rows =>
    player.keys(Math.ceil(rows / SCREEN), () => player.keyUntilMoved(PAGE_DOWN), 0);
  await scroll(size.rows / 10);
  const before = { heap: await heapMib(), resident: residentMib(terminal.pid) };
  const keys = await scroll((size.rows * 9) / 10);
  const after = { heap: await heapMib(), resident: residentMib(terminal.pid) };
  await player.key('g');
  const rows = size.rows.toLocaleString('en-US');
  return [
    ...keyFigures(`a screen further, through ${rows} rows, pages fetched on the way`, keys, SCREEN_MS),
    {
      what: `the heap after ${rows} rows, more than after a tenth of them`,
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
