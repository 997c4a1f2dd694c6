// What the explorer wants to know, given what it shows. Pure: the loader asks what is not in the book yet.
import type { AuditFilter } from '../../../shared/audit-filter.js';
import type { ObjectRef } from '../../../shared/object-ref.js';
import { answerTo, type Question, questionOf } from './answers.js';
import { countsQuestion, seriesQuestion } from './counts.js';
import { layoutOf } from './layout.js';
import { currentEvent, type ExplorerState, isTooSmall, stepOf } from './state.js';
import { daysQuestion, isFine, sampleQuestion } from './timeline.js';

/** How many of the busiest are counted. */
export const MOST_BUSIEST = 20;

/** The busiest actors and targets under the filter of the step; made once for a query, and looked at in every frame. */
export function busiestQuestions(state: Pick<ExplorerState, 'steps'>): BusiestQuestions {
  const { filter, epoch } = stepOf(state).list;
  const made = busiest.get(filter);
  if (made?.epoch === epoch) return made.questions;
  const questions = {
    actors: questionOf('summary', { filter, by: 'actor', limit: MOST_BUSIEST }, { fresh: epoch }),
    targets: questionOf('summary', { filter, by: 'target', limit: MOST_BUSIEST }, { fresh: epoch }),
  };
  busiest.set(filter, { epoch, questions });
  return questions;
}

interface BusiestQuestions {
  actors: Extract<Question, { kind: 'summary' }>;
  targets: Extract<Question, { kind: 'summary' }>;
}
const busiest = new WeakMap<AuditFilter, { epoch: number; questions: BusiestQuestions }>();

/** How the target of the selected event stood at it. */
export function recordQuestion(state: ExplorerState) {
  const event = currentEvent(state);
  if (event === undefined) return undefined;
  const target: ObjectRef = { type: event.targetType, id: event.targetId };
  return questionOf('state', { target, seq: event.seq }, { patient: true });
}

/** Who had set the fields of that target then. */
export function blameQuestion(state: ExplorerState) {
  const event = currentEvent(state);
  if (event === undefined) return undefined;
  const target: ObjectRef = { type: event.targetType, id: event.targetId };
  return questionOf('blame', { target, seq: event.seq }, { patient: true });
}

/** How the target stands at the newest event that is known of it. */
export function newestQuestion(state: ExplorerState) {
  const { rows, window } = stepOf(state).list;
  const newest = window.head?.events[0] ?? rows[0];
  if (newest === undefined) return undefined;
  const target: ObjectRef = { type: newest.targetType, id: newest.targetId };
  return questionOf('state', { target, seq: newest.seq });
}

/** What the request of the selected event also did. */
export function requestQuestion(state: ExplorerState) {
  const requestId = currentEvent(state)?.requestId;
  return requestId === undefined ? undefined : questionOf('request', { requestId }, { patient: true });
}

/** When it happened. */
function timelineQuestion(state: ExplorerState): Question {
  const step = stepOf(state);
  return isFine(step.list.filter) ? sampleQuestion(step) : daysQuestion(step);
}

/** Everything that what is on the screen wants to know. */
export function wantedQuestions(state: ExplorerState): Question[] {
  if (state.ended !== undefined || isTooSmall(state) || !stepOf(state).list.loaded) return [];
  const { pane, overlay } = stepOf(state);
  const layout = layoutOf(state.size, pane, state.undecorated);
  const wanted: (Question | undefined)[] = [];
  if (overlay === undefined) {
    if (layout.busiest !== undefined) wanted.push(...Object.values(busiestQuestions(state)));
    if (layout.detail !== undefined) wanted.push(requestQuestion(state));
    if (layout.record !== undefined)
      wanted.push(state.recordShows === 'state' ? recordQuestion(state) : blameQuestion(state));
  }
  if (overlay?.what === 'histogram') wanted.push(timelineQuestion(state));
  if (overlay?.what === 'counts')
    wanted.push(countsQuestion(state, overlay.by), seriesQuestion(state, overlay.by));
  if (overlay?.what === 'text' && 'kind' in overlay.source) wanted.push(overlay.source);
  if (overlay?.what === 'history') wanted.push(overlay.source);
  if (overlay?.what === 'scrubber') wanted.push(recordQuestion(state), newestQuestion(state));
  return wanted.filter(question => question !== undefined);
}

/** Those of them that the book has no answer to. */
export function openQuestions(state: ExplorerState): Question[] {
  return wantedQuestions(state).filter(question => answerTo(state.answers, question).state === 'loading');
}
