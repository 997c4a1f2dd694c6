// A line that is being typed, as it is seen: the cursor in reverse video, what is wrong with it underlined, cut so
// that the cursor is in sight.
import { escapeText, type SafeText } from '../../output/escape.js';
import { cutTo, widthOf } from '../../output/width.js';
import type { LineInput } from './line-input.js';

/** A part of the text, in UTF-16 units. */
export interface Part {
  start: number;
  end: number;
}

const CURSOR = { on: '\u001b[7m', off: '\u001b[27m' };
const FAULT = { on: '\u001b[4m', off: '\u001b[24m' };

/** @param room cells; @param fault what is underlined */
export function typedLine({ text, cursor }: LineInput, room: number, fault?: Part): string {
  const under = text.slice(cursor, cursor + characterLength(text, cursor));
  let start = 0;
  while (start < cursor && widthOf(escapeText(text.slice(start, cursor))) > room - 4) {
    start += characterLength(text, start);
  }
  const before = shownPart(text, { start, end: cursor }, fault);
  const left = widthOf(escapeText(text.slice(start, cursor)));
  const shownUnder = escapeText(under === '' ? ' ' : under);
  const rest = cutTo(
    escapeText(text.slice(cursor + under.length)),
    Math.max(0, room - left - widthOf(shownUnder)),
  );
  const tail =
    fault !== undefined && fault.end > cursor + under.length ? `${FAULT.on}${rest}${FAULT.off}` : rest;
  return `${before}${CURSOR.on}${shownUnder}${CURSOR.off}${tail}`;
}

function shownPart(text: string, part: Part, fault: Part | undefined): string {
  if (fault === undefined) return escapeText(text.slice(part.start, part.end));
  const from = Math.min(Math.max(fault.start, part.start), part.end);
  const to = Math.min(Math.max(fault.end, from), part.end);
  const cut = (start: number, end: number): SafeText => escapeText(text.slice(start, end));
  const wrong = cut(from, to);
  const marked = wrong === '' ? '' : `${FAULT.on}${wrong}${FAULT.off}`;
  return `${cut(part.start, from)}${marked}${cut(to, part.end)}`;
}

function characterLength(text: string, at: number): number {
  const code = text.codePointAt(at);
  return code === undefined ? 0 : code > 0xffff ? 2 : 1;
}
