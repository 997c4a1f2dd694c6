// The busiest actors and targets under the filter of a step, as rows of one list: actors first, then targets.
import type { SummaryLine } from '../../../shared/client.js';
import { type AnswerBook, answerTo, type Question } from './answers.js';
import { busiestQuestions } from './questions.js';
import type { ExplorerState } from './state.js';

export interface BusiestRow extends SummaryLine {
  by: 'actor' | 'target';
}

export function busiestRows(state: ExplorerState): readonly BusiestRow[] {
  const { actors, targets } = busiestQuestions(state);
  const known = made.get(state.answers);
  if (known?.actors === actors) return known.rows;
  const rowsOf = (by: BusiestRow['by'], question: typeof actors): BusiestRow[] => {
    const answer = answerTo(state.answers, question);
    return answer.state === 'answered' ? answer.value.rows.map(row => ({ ...row, by })) : [];
  };
  const rows = [...rowsOf('actor', actors), ...rowsOf('target', targets)];
  made.set(state.answers, { actors, rows });
  return rows;
}

/** They are looked at several times for each frame, and change with the answers alone. */
const made = new WeakMap<AnswerBook, { actors: Question; rows: readonly BusiestRow[] }>();
