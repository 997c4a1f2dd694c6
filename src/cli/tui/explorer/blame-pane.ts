// The pane of the record as `git blame` would show it: each field, who had set it at the selected event, and when.
import type { Blame } from '../../../shared/object-history.js';
import { BLAME_VIEW } from '../../output/blame-view.js';
import { cellLines, createColumnLayout, GAP } from '../../output/column-layout.js';
import { joinSafe, type SafeText } from '../../output/escape.js';
import { relativeTime } from '../../output/relative-time.js';
import { paint } from '../../output/style.js';
import { fitted } from '../events/columns.js';
import { marked } from '../lines/column-mark.js';
import { answerTo } from './answers.js';
import { choiceLine } from './choice-line.js';
import { blameQuestion } from './questions.js';
import type { ExplorerState } from './state.js';

/** The fields of the target of the selected event, as far as they are known. */
export function blameRows(state: ExplorerState): readonly Blame[] {
  const question = state.recordShows === 'blame' ? blameQuestion(state) : undefined;
  const answer = question === undefined ? undefined : answerTo(state.answers, question);
  return answer?.state === 'answered' ? answer.value : [];
}

export interface BlameOptions {
  columns: number;
  now: number;
  colour: boolean;
  /** The row that is chosen, where the keys are for them. */
  chosen: number | undefined;
}

/** A line with the titles, and one for each field. */
export function blameLines(rows: readonly Blame[], options: BlameOptions): string[] {
  const { columns, now, colour, chosen } = options;
  const layout = createColumnLayout(
    BLAME_VIEW.columns?.(ms => relativeTime(ms, now)) ?? [],
    columns - 2,
    false,
  );
  for (const row of rows) layout.see(row);
  const laidOut = layout.columns();
  const line = (cells: SafeText[]) => joinSafe(cells, GAP);
  const head = line(laidOut.map(({ column, width }) => fitted(column.title as SafeText, width)));
  return [
    `  ${paint(head, 'dim', colour)}`,
    ...rows.map((row, index) => {
      const cells = laidOut.map(({ column, width }) => {
        const [first = '' as SafeText] = cellLines(column, row, width);
        return marked(fitted(first, width));
      });
      return choiceLine(line(cells), index === chosen, columns);
    }),
  ];
}
