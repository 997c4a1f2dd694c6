// How many columns of a terminal a text takes, and cutting it to fewer.
import stringWidth from 'string-width';
import type { SafeText } from './escape.js';

/** What takes one column each and never joins with its neighbours: letters of Europe, punctuation, lines, blocks. */
const ONE_COLUMN_EACH =
  /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u0391-\u03a1\u03a3-\u03ff\u0400-\u0482\u048a-\u052f\u2010-\u2015\u2018-\u201f\u2022\u2026\u203a\u2190-\u2193\u2500-\u259f\u25cb\u25cf\u2713\u2715]*$/;
const ELLIPSIS = '…';
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Columns that `text` takes. */
export function widthOf(text: SafeText): number {
  return ONE_COLUMN_EACH.test(text) ? text.length : stringWidth(text);
}

/** `text` in at most `width` columns; where something is missing it ends with `…`. */
export function cutTo(text: SafeText, width: number): SafeText {
  if (widthOf(text) <= width) return text;
  if (width <= 0) return '' as SafeText;
  if (ONE_COLUMN_EACH.test(text)) return (text.slice(0, width - 1) + ELLIPSIS) as SafeText;
  let kept = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    const columns = stringWidth(segment);
    if (used + columns > width - 1) break;
    kept += segment;
    used += columns;
  }
  return (kept + ELLIPSIS) as SafeText;
}

/** `text` in at most `width` columns; what is missing is in its middle: of paths both ends tell more. */
export function withoutMiddle(text: SafeText, width: number): SafeText {
  if (widthOf(text) <= width) return text;
  const head = cutTo(text, Math.ceil(width / 2));
  const segments = [...graphemes.segment(text)].map(({ segment }) => segment);
  let tail = '';
  let room = width - widthOf(head);
  for (const segment of segments.reverse()) {
    room -= stringWidth(segment);
    if (room < 0) break;
    tail = segment + tail;
  }
  return (head + tail) as SafeText;
}

/** `text` filled up with spaces to `width` columns. */
export function padTo(text: SafeText, width: number): SafeText {
  return (text + ' '.repeat(Math.max(0, width - widthOf(text)))) as SafeText;
}
