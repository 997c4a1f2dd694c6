// What a step can show instead of its panes.
import type { Question } from './answers.js';

export type Overlay =
  /** Lines of text: what was copied, or the answer to a question: a history, a record as it is. */
  | { what: 'text'; title: string; source: readonly string[] | Question; scroll: number }
  /** How much happened when. */
  | { what: 'histogram'; choice: number }
  /** How much of what. */
  | { what: 'counts'; by: CountedColumn; choice: number };

/** What events are counted by. */
export const COUNTED_COLUMNS = ['actor', 'target', 'action', 'outcome', 'field', 'eventName'] as const;
export type CountedColumn = (typeof COUNTED_COLUMNS)[number];
