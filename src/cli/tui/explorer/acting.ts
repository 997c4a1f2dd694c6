// The actions that change records, for whoever may: create, edit, delete, undo. Each shows what it would do before
// it does it.
import { formatRef } from '../../../shared/object-ref.js';
import { askedLine, faulty } from '../lines/asked-line.js';
import type { ExplorerAction } from './action.js';
import { IN_PANES, noEvent, ON_AN_EVENT, onTarget, targetOf } from './action.js';
import { currentEvent, type ExplorerState, withErrand } from './state.js';

/** Why whoever is logged in may not write, as far as one can say beforehand; the daemon decides. */
export function mayNotWrite(
  state: Pick<ExplorerState, 'me' | 'readOnly'>,
  type?: string,
): string | undefined {
  const { role } = state.me;
  if (state.readOnly) return 'it was opened with --read-only';
  if (role === 'admin') return undefined;
  if (role !== 'editor') return `${role === 'auditor' ? 'an' : 'a'} ${role} may not change records`;
  return type === 'users' ? 'an editor may not change users' : undefined;
}

const notOnTarget = (state: ExplorerState) => noEvent(state) ?? mayNotWrite(state, targetOf(state)?.type);

function sendDelete(state: ExplorerState): ExplorerState {
  const { prompt } = state;
  if (prompt?.what !== 'delete') return state;
  const { type, id, line, comment } = prompt;
  if (line.text !== id) {
    const message = `That is not its id. To delete ${formatRef(type, id)}, type ${id}.`;
    return { ...state, prompt: faulty(prompt, message) };
  }
  return withErrand({ ...state, prompt: undefined }, { what: 'delete', target: { type, id }, comment });
}

function sendRevert(state: ExplorerState): ExplorerState {
  const { prompt } = state;
  if (prompt?.what !== 'revert' || prompt.busy || prompt.plan.action === null) return state;
  const { request, plan, comment } = prompt;
  return withErrand(
    { ...state, prompt: { ...prompt, busy: true } },
    { what: 'revert', request, etag: plan.etag, comment },
  );
}

function askWhy(state: ExplorerState): ExplorerState {
  const { prompt } = state;
  if (prompt === undefined || !('comment' in prompt)) return state;
  return { ...state, prompt: { what: 'comment', deed: prompt, ...askedLine(prompt.comment) } };
}

/** What the event can keep (docs/api.md, `X-Audit-Comment`). */
const LONGEST_COMMENT = 2048;

function backToDeed(state: ExplorerState, { keep }: { keep: boolean }): ExplorerState {
  const { prompt } = state;
  if (prompt?.what !== 'comment') return state;
  const { deed, line } = prompt;
  const comment = line.text.trim();
  if (!keep) return { ...state, prompt: deed };
  if (comment.length > LONGEST_COMMENT)
    return {
      ...state,
      prompt: faulty(prompt, `At most ${LONGEST_COMMENT} characters; this has ${comment.length}.`),
    };
  return { ...state, prompt: { ...deed, comment } };
}

function openNewForm(state: ExplorerState): ExplorerState {
  const { prompt } = state;
  const type = prompt?.what === 'type' ? prompt.types[prompt.choice] : undefined;
  if (type === undefined) return state;
  const reason = mayNotWrite(state, type);
  if (reason !== undefined) return { ...state, notice: `Not now: ${reason}.` };
  return withErrand({ ...state, prompt: undefined }, { what: 'new-form', type });
}

export const ACTING: readonly ExplorerAction[] = [
  {
    id: 'create',
    keys: ['c'],
    label: 'create a record',
    places: IN_PANES,
    off: state => mayNotWrite(state),
    run: state => withErrand(state, { what: 'ask-types' }),
  },
  {
    id: 'edit',
    keys: ['e'],
    label: 'edit its target (recorded as a view)',
    footer: 'edit',
    places: ON_AN_EVENT,
    off: notOnTarget,
    run: onTarget((state, target) => withErrand(state, { what: 'edit-form', target })),
  },
  {
    id: 'delete',
    keys: ['X', 'delete'],
    label: 'delete its target',
    places: ON_AN_EVENT,
    off: notOnTarget,
    run: onTarget((state, target) => ({
      ...state,
      prompt: { what: 'delete', ...target, ...askedLine(), comment: '' },
    })),
  },
  {
    id: 'undo',
    keys: ['u'],
    label: 'undo what it changed',
    footer: 'undo',
    places: ON_AN_EVENT,
    off: state =>
      notOnTarget(state) ?? (currentEvent(state)?.action === 'viewed' ? 'it changed nothing' : undefined),
    run: state =>
      withErrand(state, { what: 'preview-revert', request: { event: currentEvent(state)?.id ?? '' } }),
  },
  {
    id: 'comment',
    keys: ['tab'],
    label: 'say why; it is kept with the event',
    footer: 'why …',
    places: ['confirm', 'delete', 'revert'],
    run: askWhy,
  },
  {
    id: 'keep-comment',
    keys: ['enter'],
    label: 'keep that as the reason',
    footer: 'keep',
    places: ['comment'],
    run: state => backToDeed(state, { keep: true }),
  },
  {
    id: 'drop-comment',
    keys: ['escape'],
    label: 'back, without',
    footer: 'back',
    places: ['comment'],
    run: state => backToDeed(state, { keep: false }),
  },
  {
    id: 'choose-type',
    keys: ['enter'],
    label: 'to its form',
    footer: 'form',
    places: ['type'],
    run: openNewForm,
  },
  {
    id: 'delete-it',
    keys: ['enter'],
    label: 'delete it',
    footer: 'delete',
    places: ['delete'],
    run: sendDelete,
  },
  {
    id: 'undo-it',
    keys: ['enter', 'y'],
    label: 'undo it',
    footer: 'undo it',
    places: ['revert'],
    run: sendRevert,
  },
];
