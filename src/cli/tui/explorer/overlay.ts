// What a step can show instead of its panes.
import type { Question } from './answers.js';
import type { Copyable } from './errands.js';

export type Overlay =
  /** Lines of text: what was copied, or a record as it is. */
  | {
      what: 'text';
      title: string;
      source: readonly string[] | Extract<Question, { kind: 'live' }>;
      scroll: number;
      as?: Copyable['as'];
    }
  /** The life of an object, an entry for each request. */
  | { what: 'history'; source: Extract<Question, { kind: 'history' }>; choice: number }
  /** The life of an object, moved through: how it stood at the selected event, and what is different now. */
  | { what: 'scrubber'; scroll: number }
  /** How much happened when. */
  | { what: 'histogram'; choice: number }
  /** How much of what. */
  | { what: 'counts'; by: CountedColumn; choice: number };

/** What events are counted by. */
export const COUNTED_COLUMNS = ['actor', 'target', 'action', 'outcome', 'field', 'eventName'] as const;
export type CountedColumn = (typeof COUNTED_COLUMNS)[number];
