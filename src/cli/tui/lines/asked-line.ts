// A line that is asked for and being typed, in the table and in the explorer alike: a filter, a search, a name. Pure.
import type { Input } from '../terminal/key-reader.js';
import { edited, type LineInput, lineOf } from './line-input.js';

/** Something wrong with a line, and with which part of it. */
export interface LineFault {
  message: string;
  /** UTF-16 units; the whole line where no part of it is to blame. */
  start: number;
  end: number;
}

export interface AskedLine {
  line: LineInput;
  fault: LineFault | undefined;
  /** What Tab goes round through, until something is typed. */
  round?: Round | undefined;
}

/** Words that can stand at one place of the line, and which of them does. */
export interface Round {
  start: number;
  words: readonly string[];
  at: number;
}

/** A line with the cursor behind what it begins with. */
export function askedLine(text = ''): AskedLine {
  return { line: lineOf(text), fault: undefined, round: undefined };
}

/** The line after a key or a paste, no longer faulty; `undefined` for what edits nothing. */
export function typedInto<A extends AskedLine>(asked: A, input: Input): A | undefined {
  const line = edited(asked.line, input);
  return line === undefined ? undefined : { ...asked, line, fault: undefined, round: undefined };
}

/** The line with what is wrong with all of it. */
export function faulty<A extends AskedLine>(asked: A, message: string): A {
  return { ...asked, fault: { message, start: 0, end: asked.line.text.length } };
}
