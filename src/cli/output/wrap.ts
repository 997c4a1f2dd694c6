// Breaking a long text into lines of a width that is counted in cells.
import type { SafeText } from './escape.js';
import { widthOf } from './width.js';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** `text` in lines of at most `width` cells, broken between characters (inside one only if it alone is wider); at least one line, `width` at least 2. */
export function wrapTo(text: SafeText, width: number): SafeText[] {
  if (widthOf(text) <= width) return [text];
  const lines: SafeText[] = [];
  let line = '';
  let used = 0;
  for (const segment of pieces(text, width)) {
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

/** What people take for one character can be many code points, of which none takes more than two cells. */
function* pieces(text: SafeText, width: number): Generator<string> {
  for (const { segment } of graphemes.segment(text)) {
    if (widthOf(segment as SafeText) > width) yield* segment;
    else yield segment;
  }
}

/** `text` in lines of at most `width` cells, broken at spaces where there are some. */
export function wrapWords(text: SafeText, width: number): SafeText[] {
  const lines: SafeText[] = [];
  let line = '';
  for (const word of text.split(' ') as SafeText[]) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer as SafeText) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line as SafeText);
    const parts = wrapTo(word, width);
    lines.push(...parts.slice(0, -1));
    line = parts.at(-1) ?? '';
  }
  return [...lines, line as SafeText];
}

/** A word of a POSIX shell: quoted parts hold spaces. */
const SHELL_WORD = /(?:'[^']*'|\\.|[^\s'\\])+/g;

/** A command in lines of at most `width` cells that a shell takes as one: broken between words, behind a backslash. */
export function wrapCommand(command: SafeText, width: number): SafeText[] {
  const lines: SafeText[] = [];
  let line = '';
  for (const [word] of command.matchAll(SHELL_WORD)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || widthOf(longer as SafeText) <= width - 2) line = longer;
    else {
      lines.push(`${line} \\` as SafeText);
      line = word;
    }
  }
  return [...lines, line as SafeText].flatMap(one => wrapTo(one, width));
}
