// What is open instead of the panes, ready to be laid in.
import { escapeText } from '../../output/escape.js';
import { wrapWords } from '../../output/wrap.js';
import type { Answer, QuestionKind } from './answers.js';

export interface OpenView {
  title: string;
  /** What the title ends with, and never loses. */
  ending?: string;
  lines: string[];
  /** The line that is chosen, which is kept in sight. */
  chosen?: number;
  /** First line shown, where none is chosen. */
  scroll?: number;
  /** Lines that stand beside the others, from line `line` on. */
  beside?: { column: number; line: number; lines: string[] };
}

export interface ViewOptions {
  columns: number;
  now: number;
  colour: boolean;
}

/** What stands in place of an answer that is not there. */
export function waiting(answer: Answer<QuestionKind>, width: number): string[] {
  const text = answer.state === 'failed' ? answer.reason : 'Asking the daemon …';
  return wrapWords(escapeText(text), width - 2).map(line => `  ${line}`);
}
