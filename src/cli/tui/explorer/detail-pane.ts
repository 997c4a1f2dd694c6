// The pane of the selected event: its facts, its diff, what its request also did. Kept as lines until the event, its
// answers or the width change.
import type { DataEvent } from '../../../shared/data-event.js';
import { detailLines, type Related } from '../events/detail-lines.js';
import { isAtBottom } from '../events/wanted-rows.js';
import { scrollNote } from '../lines/scroll-note.js';
import { answerTo } from './answers.js';
import { block, lastScroll, message } from './block.js';
import type { PaneOptions } from './event-pane.js';
import { paneTitle } from './pane-title.js';
import { requestQuestion } from './questions.js';
import { currentEvent, type ExplorerState, placeOf, stepOf } from './state.js';

export interface DetailPane {
  lines(options: PaneOptions): string[];
}

/** Ages in it are that old at most, in milliseconds. */
const FRESH_MS = 10_000;

export function createDetailPane({ colour }: { colour: boolean }): DetailPane {
  let kept: { key: string; event: DataEvent; related: Related | undefined; lines: string[] } | undefined;

  function linesOf(event: DataEvent, related: Related | undefined, columns: number, now: number): string[] {
    const key = `${columns} ${Math.floor(now / FRESH_MS)}`;
    const isSame = kept?.event === event && kept.key === key && sameRelated(kept.related, related);
    if (kept === undefined || !isSame) {
      kept = { key, event, related, lines: detailLines({ event, related, columns, now, colour }) };
    }
    return kept.lines;
  }

  return {
    lines({ state, rect, now }) {
      const event = currentEvent(state);
      const room = rect.lines - 1;
      const title = (note: string) =>
        paneTitle({
          title: event === undefined ? 'Event' : `Event ${event.seq}`,
          note,
          columns: rect.columns,
          focused: placeOf(state) === 'detail',
          colour,
        });
      if (event === undefined)
        return [title(''), ...message(noEventMessage(state), { ...rect, lines: room })];
      const all = linesOf(event, relatedOf(state, event), rect.columns, now);
      const first = Math.min(stepOf(state).scroll.detail, lastScroll(all, room));
      return [title(scrollNote(all.length, first, room)), ...block(all, room, first)];
    },
  };
}

/** Why there is none, as far as that is known. */
function noEventMessage(state: ExplorerState): string {
  const { list } = stepOf(state);
  const isAsking = list.fault === undefined && state.connection !== 'lost' && !isAtBottom(list);
  return isAsking ? 'What happened is being asked for …' : 'There is no event to show.';
}

function relatedOf(state: ExplorerState, { seq }: DataEvent): Related | undefined {
  const question = requestQuestion(state);
  if (question === undefined) return undefined;
  const answer = answerTo(state.answers, question);
  if (answer.state === 'loading') return { seq, state: 'loading' };
  if (answer.state === 'failed') return { seq, state: 'failed', reason: answer.reason };
  return { seq, state: 'loaded', ...answer.value };
}

function sameRelated(one: Related | undefined, other: Related | undefined): boolean {
  if (one?.state !== other?.state) return false;
  return one?.state !== 'loaded' || other?.state !== 'loaded' || one.events === other.events;
}
