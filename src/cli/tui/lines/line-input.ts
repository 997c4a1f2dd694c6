// A line that is being typed: text and cursor, changed by keys as in every shell. Pure.
import type { Input } from '../terminal/key-reader.js';

export interface LineInput {
  text: string;
  /** In front of which UTF-16 unit of `text` the cursor stands. */
  cursor: number;
}

export function lineOf(text: string): LineInput {
  return { text, cursor: text.length };
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The line after a key or a paste, or `undefined` for a key that edits nothing. */
export function edited(line: LineInput, input: Input): LineInput | undefined {
  if (input.kind === 'paste')
    return inserted(line, input.text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' '));
  if (input.kind !== 'key') return undefined;
  const { text, cursor } = line;
  const cut = (from: number, to: number) => ({ text: text.slice(0, from) + text.slice(to), cursor: from });
  switch (input.key) {
    case 'left':
    case 'ctrl+b':
      return { text, cursor: before(line) };
    case 'right':
    case 'ctrl+f':
      return { text, cursor: after(line) };
    case 'home':
    case 'ctrl+a':
      return { text, cursor: 0 };
    case 'end':
    case 'ctrl+e':
      return lineOf(text);
    case 'backspace':
      return cut(before(line), cursor);
    case 'delete':
    case 'ctrl+d':
      return cut(cursor, after(line));
    case 'ctrl+u':
      return cut(0, cursor);
    case 'ctrl+k':
      return cut(cursor, text.length);
    case 'ctrl+w':
      return cut(text.slice(0, cursor).search(/\S*\s*$/), cursor);
    default:
      return input.text === undefined ? undefined : inserted(line, input.text);
  }
}

function inserted({ text, cursor }: LineInput, more: string): LineInput {
  return { text: text.slice(0, cursor) + more + text.slice(cursor), cursor: cursor + more.length };
}

function before({ text, cursor }: LineInput): number {
  const last = [...graphemes.segment(text.slice(0, cursor))].at(-1);
  return last === undefined ? 0 : last.index;
}

function after({ text, cursor }: LineInput): number {
  const [next] = graphemes.segment(text.slice(cursor));
  return next === undefined ? cursor : cursor + next.segment.length;
}
