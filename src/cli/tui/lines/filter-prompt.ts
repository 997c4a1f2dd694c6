// Typing a filter: the line that one begins with, what Tab could make of the word at the cursor, and what the line
// asks for, or where an error in it is. Pure.
import { type AuditFilter, eventTerms } from '../../../shared/audit-filter.js';
import type { DataEvent } from '../../../shared/data-event.js';
import { Problem } from '../../../shared/problem.js';
import { FILTER_WORDS } from '../../commands/audit/filter-options.js';
import { filterCompletions, lineWords, parseFilterLine } from '../../filter-line.js';
import { type AskedLine, askedLine, type LineFault } from './asked-line.js';
import { type LineInput, lineOf } from './line-input.js';

/** The line with which a filter is changed: what is filtered, and room for more. */
export function filterToChange(text: string): AskedLine {
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
  const words = lineWords(text).map(word => word.text);
  return { filter: parseFilterLine(text, now), text: words.join(' ') };
}

/**
 * The line with the word at the cursor completed as far as all candidates agree; once they do, with one after the
 * other; or with the fault that nothing can be made of it. `rows` have the values that are known.
 */
export function withCompletion<A extends AskedLine>(asked: A, rows: readonly DataEvent[], way: 1 | -1): A {
  const { line, round } = asked;
  if (round !== undefined) {
    const { words, start, at } = round;
    const next = (at + way + words.length) % words.length;
    return {
      ...withWord(asked, { start, end: line.cursor }, words[next] ?? ''),
      round: { ...round, at: next },
    };
  }
  const { start, end, candidates: words } = candidates(line, rows);
  const typed = line.text.slice(start, line.cursor);
  const [only] = words;
  if (only === undefined) {
    const { cursor } = line;
    const message = 'Nothing known begins like this.';
    return { ...asked, fault: { message, start: cursor, end: cursor } };
  }
  // Behind a name comes its value: nothing is complete yet.
  if (words.length === 1) return withWord(asked, { start, end }, only.endsWith(':') ? only : `${only} `);
  const common = commonStart(words);
  if (common.length > typed.length) return withWord(asked, { start, end }, common);
  // What stands there already is not what is wanted.
  const at = way === 1 ? Number(words[0] === typed) : words.length - 1;
  const word = words[at] ?? '';
  // With a name one has chosen, and goes on to its values.
  if (word.endsWith(':') && areNames(words)) return withWord(asked, { start, end }, word);
  return { ...withWord(asked, { start, end }, word), round: { start, words, at } };
}

const areNames = (words: readonly string[]) => words.every(word => /^-?[^:]*:$/.test(word));

function withWord<A extends AskedLine>(
  asked: A,
  { start, end }: { start: number; end: number },
  word: string,
): A {
  const { text } = asked.line;
  const line = { text: text.slice(0, start) + word + text.slice(end), cursor: start + word.length };
  return { ...asked, line, fault: undefined, round: undefined };
}

/** What Tab offers, in one line: what it goes round through, with the one that stands in the line in brackets. */
export function offers({ line, round }: AskedLine, rows: readonly DataEvent[]): string[] {
  if (round === undefined) return candidates(line, rows).candidates;
  const { words, at } = round;
  // From a little before the one that stands in the line: not all fit.
  return words.map((word, index) => (index === at ? `[${word}]` : word)).slice(Math.max(0, at - 1));
}

/** What Tab could make of the word at the cursor, with the values that `rows` have. */
function candidates({ text, cursor }: LineInput, rows: readonly DataEvent[]) {
  return filterCompletions(text, cursor, word => seenValues(rows, word));
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
