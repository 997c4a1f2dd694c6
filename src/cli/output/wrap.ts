// Breaking a long text into lines of a width that is counted in cells.
import type { SafeText } from './escape.js';
import { widthOf } from './width.js';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** `text` in lines of at most `width` cells, broken between characters; at least one line, `width` at least 2. */
export function wrapTo(text: SafeText, width: number): SafeText[] {
  if (widthOf(text) <= width) return [text];
  const lines: SafeText[] = [];
  let line = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    const cells = widthOf(segment as SafeText);
    if (used + cells > width && line !== '') {
      lines.push(line as SafeText);
      line = '';
      used = 0;
    }
    line += segment;
    used += cells;
  }
  lines.push(line as SafeText);
  return lines;
}
