// Typing a filter: the line that one begins with, what Tab could make of the word at the cursor, and what the line
// asks for, or where an error in it is. Pure.
import { type AuditFilter, eventTerms } from '../../../shared/audit-filter.js';
import type { DataEvent } from '../../../shared/data-event.js';
import { Problem } from '../../../shared/problem.js';
import { FILTER_WORDS } from '../../commands/audit/filter-options.js';
import { filterCompletions, formatFilterLine, lineWords, parseFilterLine } from '../../filter-line.js';
import { type AskedLine, askedLine, type LineFault } from './asked-line.js';
import { type LineInput, lineOf } from './line-input.js';

/** The line with which a filter is changed: what is filtered, and room for more. */
export function filterToChange(filter: AuditFilter): AskedLine {
  const text = formatFilterLine(filter);
  return askedLine(text === '' ? '' : `${text} `);
}

/** What a line asks for, and its text without what does not matter; or the line with what is wrong with it. */
export function askedFilter<A extends AskedLine>(
  asked: A,
  now: number,
): { filter: AuditFilter; text: string } | { wrong: A } {
  const text = asked.line.text.trim();
  const fault = lineFaultOf(text, now);
  if (fault !== undefined) return { wrong: { ...asked, line: lineOf(text), fault } };
  return { filter: parseFilterLine(text, now), text };
}

/** The line with the word at the cursor completed, or with the fault that nothing can be made of it. */
export function withCompletion<A extends AskedLine>(asked: A, rows: readonly DataEvent[]): A {
  const line = completed(asked.line, rows);
  if (line !== undefined) return { ...asked, line, fault: undefined };
  const { cursor } = asked.line;
  return { ...asked, fault: { message: 'Nothing known begins like this.', start: cursor, end: cursor } };
}

/** What Tab could make of the word at the cursor, with the values that `rows` have. */
export function candidates({ text, cursor }: LineInput, rows: readonly DataEvent[]) {
  return filterCompletions(text, cursor, word => seenValues(rows, word));
}

/** Completes as far as all candidates agree; when they already do, the first of them. `undefined` for none. */
function completed(line: LineInput, rows: readonly DataEvent[]): LineInput | undefined {
  const { start, end, candidates: found } = candidates(line, rows);
  const [first] = found;
  if (first === undefined) return undefined;
  const typed = line.text.slice(start, line.cursor);
  const common = commonStart(found);
  const word = common.length > typed.length ? common : first;
  const done = found.length === 1 && !word.endsWith(':');
  const text = line.text.slice(0, start) + word + (done ? ' ' : '') + line.text.slice(end);
  return { text, cursor: start + word.length + (done ? 1 : 0) };
}

/** What is wrong with the line, if anything, and which of its words is to blame: the first that fails alone. */
function lineFaultOf(text: string, now: number): LineFault | undefined {
  const whole = faultIn(text, now);
  if (whole === undefined) return undefined;
  for (const word of lineWords(text)) {
    const message = faultIn(word.text, now);
    if (message !== undefined) return { message, start: word.start, end: word.end };
  }
  return { message: whole, start: 0, end: text.length };
}

function faultIn(text: string, now: number): string | undefined {
  try {
    parseFilterLine(text, now);
    return undefined;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    // The words of the options are those of the line, without their dashes.
    return error.message.replace(/^--not /, '-').replace(/^--/, '');
  }
}

function commonStart(texts: readonly string[]): string {
  const [first = '', ...others] = texts;
  let length = first.length;
  for (const other of others) {
    while (!other.startsWith(first.slice(0, length))) length -= 1;
  }
  return first.slice(0, length);
}

/** Most values that are offered. */
const MOST_SEEN = 50;

function seenValues(rows: readonly DataEvent[], word: string): string[] {
  const key = FILTER_WORDS.find(filter => filter.word === word)?.key;
  const values = new Set<string>();
  for (const row of rows) {
    for (const [term, value] of eventTerms(row)) if (term === key) values.add(value);
    if (values.size >= MOST_SEEN) break;
  }
  return [...values].sort();
}
