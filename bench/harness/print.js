// The table of figures as it is printed.
import { shown } from './numbers.js';

/** Whether a figure is where it should be. */
export function isReached({ value, reach }) {
  return 'atLeast' in reach ? value >= reach.atLeast : value <= reach.atMost;
}

const wanted = ({ reach }) =>
  reach === undefined ? '' : 'atLeast' in reach ? `≥ ${shown(reach.atLeast)}` : `≤ ${shown(reach.atMost)}`;

const range = ({ low, high }) => (low === undefined ? '' : `${shown(low)} to ${shown(high)}`);

/** Prints the figures of one bench. */
export function printFigures(name, figures, seconds) {
  const rows = figures.map(figure => [
    figure.what,
    `${shown(figure.value)} ${figure.unit}`,
    range(figure),
    wanted(figure),
    figure.reach === undefined ? '' : isReached(figure) ? 'reached' : 'missed',
  ]);
  const head = [`${name} (${seconds} s)`, 'median', 'range', 'to reach', ''];
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map(row => row[column].length)));
  const line = row =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd();
  console.log([line(head), ...rows.map(line), ''].join('\n'));
}
