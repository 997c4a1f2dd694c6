// Numbers as a line of little bars, the highest full.
import { escapeText, type SafeText } from './escape.js';

const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** A cell for each value: blank for nothing, and at least the lowest bar for anything. */
export function sparkline(values: readonly number[]): SafeText {
  const most = Math.max(0, ...values);
  const bar = (value: number) =>
    value <= 0 ? ' ' : BARS[Math.max(0, Math.ceil((value / most) * BARS.length) - 1)]!;
  return escapeText(values.map(bar).join(''));
}
