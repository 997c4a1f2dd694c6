// Colours: the sixteen that every terminal has and that its owner chose, and only where they are wanted.
import type { SafeText } from './escape.js';
import type { Style } from './view.js';

/** SGR parameters (ECMA-48, 8.3.117): on, off. */
const SGR: Record<Style, readonly [number, number]> = {
  bold: [1, 22],
  dim: [2, 22],
  underline: [4, 24],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
};

/** `text` in a style, or as it is without colours. */
export function paint(text: SafeText, style: Style | undefined, colour: boolean): string {
  if (style === undefined || !colour || text === '') return text;
  const [on, off] = SGR[style];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}
