// Lines of text as a block of exactly so many: filled up, scrolled, or a message in the middle.
import { escapeText, type SafeText } from '../../output/escape.js';
import { wrapWords } from '../../output/wrap.js';

/** `lines` of them, from `first` on, filled up with empty ones. */
export function block(all: readonly string[], lines: number, first = 0): string[] {
  const shown = all.slice(first, first + lines);
  return [...shown, ...Array.from({ length: Math.max(0, lines - shown.length) }, () => '')];
}

/** The furthest that so many lines can be scrolled. */
export function lastScroll(all: readonly string[], lines: number): number {
  return Math.max(0, all.length - lines);
}

/** A sentence in the middle of a block, in as many lines as it needs. */
export function message(text: string, { columns, lines }: { columns: number; lines: number }): string[] {
  const shown = wrapWords(escapeText(text), Math.max(10, columns - 4)).map(line => `  ${line}` as SafeText);
  const above = Math.max(0, Math.floor((lines - shown.length) / 2));
  return block([...Array.from({ length: above }, () => ''), ...shown], lines);
}
