// What was asked of the daemon beside the rows of events, and what it answered: a bounded book, by question. Views
// read answers in it; what is wanted and not in it is asked.
import type { AuditFilter } from '../../../shared/audit-filter.js';
import type { DayCount } from '../../../shared/audit-stats.js';
import type { RecordObject, SummaryLine } from '../../../shared/client.js';
import type { DataEvent } from '../../../shared/data-event.js';
import type { Blame, HistoryLine, ObjectState } from '../../../shared/object-history.js';
import type { ObjectRef } from '../../../shared/object-ref.js';
import type { SummaryKey } from '../../../shared/vocabulary.js';

/** Every kind of question, with its answer. */
export interface Questions {
  /** Counts under a filter. */
  summary: { ask: { filter: AuditFilter; by: SummaryKey; limit: number }; answer: Counted };
  /** How an object stood after an event. */
  state: { ask: { target: ObjectRef; seq: number }; answer: ObjectState };
  /** Every day on which something happened. */
  days: { ask: { filter: AuditFilter; timeZone: string }; answer: { days: DayCount[]; partial: boolean } };
  /** The newest events, as far as one counts them here. */
  sample: { ask: { filter: AuditFilter }; answer: Sample };
  /** A record as it is now. */
  live: { ask: { target: ObjectRef }; answer: RecordObject };
  /** Who had set the fields of an object at an event. */
  blame: { ask: { target: ObjectRef; seq: number }; answer: Blame[] };
  history: { ask: { target: ObjectRef }; answer: HistoryEntries };
  /** What else a request did. */
  request: { ask: { requestId: string }; answer: { events: DataEvent[]; more: boolean } };
}

/** The life of an object, the newest first. */
export interface HistoryEntries {
  lines: HistoryLine[];
  /** Whether there are older ones that are not among these. */
  more: boolean;
  /** Up to this `seq` events were removed from the log, and what they would tell is not here. */
  removedThrough?: number;
}

/** Events, the newest first, as far as counting needs them. */
export interface Sample {
  events: readonly SampleEvent[];
  /** Whether these are all. */
  complete: boolean;
}

export interface SampleEvent {
  timestamp: number;
  count: number;
  actor: string;
  target: string;
  action: string;
  outcome: string;
  eventName: string | undefined;
  field: readonly string[] | undefined;
}

export type QuestionKind = keyof Questions;

export interface Counted {
  rows: SummaryLine[];
  /** Counted so far: the whole would read too much. */
  partial: boolean;
}

/** A question, and the text under which its answer stands in the book. */
export type Question = {
  [Kind in QuestionKind]: {
    kind: Kind;
    ask: Questions[Kind]['ask'];
    key: string;
    /** Asked only when it is still wanted a moment later: what follows a cursor that is on its way. */
    patient: boolean;
  };
}[QuestionKind];

export type Answer<Kind extends QuestionKind> =
  | { state: 'loading' }
  | { state: 'answered'; value: Questions[Kind]['answer'] }
  | { state: 'failed'; reason: string };

/** Given answers by the keys of their questions; the oldest first. */
export type AnswerBook = ReadonlyMap<string, Answer<QuestionKind>>;

export const NO_ANSWERS: AnswerBook = new Map();

/** Answers that are kept. */
const MOST_ANSWERS = 100;

export function questionOf<Kind extends QuestionKind>(
  kind: Kind,
  ask: Questions[Kind]['ask'],
  { patient = false, fresh = 0 }: { patient?: boolean; fresh?: number } = {},
): Extract<Question, { kind: Kind }> {
  const key = `${kind} ${fresh} ${JSON.stringify(ask)}`;
  // The compiler does not see that a kind and its own question belong together.
  return { kind, ask, key, patient } as unknown as Extract<Question, { kind: Kind }>;
}

/** What the book has for a question. */
export function answerTo<Kind extends QuestionKind>(
  book: AnswerBook,
  question: { kind: Kind; key: string },
): Answer<Kind> {
  return (book.get(question.key) as Answer<Kind> | undefined) ?? { state: 'loading' };
}

export function withAnswer(book: AnswerBook, key: string, answer: Answer<QuestionKind>): AnswerBook {
  const next = new Map(book);
  next.delete(key);
  next.set(key, answer);
  for (const oldest of next.keys()) {
    if (next.size <= MOST_ANSWERS) break;
    next.delete(oldest);
  }
  return next;
}

/** The book without the questions that failed: they are asked again. */
export function withoutFailures(book: AnswerBook): AnswerBook {
  return new Map([...book].filter(([, { state }]) => state !== 'failed'));
}
