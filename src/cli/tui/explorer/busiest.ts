// The busiest actors and targets under the filter of a step, as rows of one list: actors first, then targets.
import type { SummaryLine } from '../../../shared/client.js';
import { answerTo } from './answers.js';
import { busiestQuestions } from './questions.js';
import type { ExplorerState } from './state.js';

export interface BusiestRow extends SummaryLine {
  by: 'actor' | 'target';
}

export function busiestRows(state: ExplorerState): BusiestRow[] {
  const { actors, targets } = busiestQuestions(state);
  const rows = (by: BusiestRow['by'], question: typeof actors): BusiestRow[] => {
    const answer = answerTo(state.answers, question);
    return answer.state === 'answered' ? answer.value.rows.map(row => ({ ...row, by })) : [];
  };
  return [...rows('actor', actors), ...rows('target', targets)];
}
