// The actions that change records, for whoever may: create, edit, delete, undo. Each shows what it would do before
// it does it. And the answers about one record that are a look further: as it is now, its blame, its history.
import { formatRef, type ObjectRef } from '../../../shared/object-ref.js';
import { Problem } from '../../../shared/problem.js';
import { lineOf } from '../lines/line-input.js';
import type { ExplorerAction } from './action.js';
import { IN_PANES, noEvent, ON_AN_EVENT } from './action.js';
import { questionOf } from './answers.js';
import { type FormPrompt, formBody, formChanges } from './form.js';
import { currentEvent, type ExplorerState, withErrand, withStep } from './state.js';

/** The object that an action is about. */
function targetOf(state: ExplorerState): ObjectRef | undefined {
  const event = currentEvent(state);
  return event === undefined ? undefined : { type: event.targetType, id: event.targetId };
}

/** Why whoever is logged in may not write, as far as one can say beforehand; the daemon decides. */
export function mayNotWrite(state: ExplorerState, type?: string): string | undefined {
  const { role } = state.me;
  if (state.readOnly) return 'it was opened with --read-only';
  if (role === 'admin') return undefined;
  if (role !== 'editor') return `${role === 'auditor' ? 'an' : 'a'} ${role} may not change records`;
  return type === 'users' ? 'an editor may not change users' : undefined;
}

const notOnTarget = (state: ExplorerState) => noEvent(state) ?? mayNotWrite(state, targetOf(state)?.type);

const onTarget =
  (run: (state: ExplorerState, target: ObjectRef) => ExplorerState) => (state: ExplorerState) => {
    const target = targetOf(state);
    return target === undefined ? state : run(state, target);
  };

const inForm = (run: (state: ExplorerState, form: FormPrompt) => ExplorerState) => (state: ExplorerState) =>
  state.prompt?.what === 'form' ? run(state, state.prompt) : state;

const movedField = (by: 1 | -1) =>
  inForm((state, form) => {
    const choice = Math.max(0, Math.min(form.fields.length - 1, form.choice + by));
    return { ...state, prompt: { ...form, choice } };
  });

const openField = inForm((state, form) => {
  const field = form.fields[form.choice];
  if (field === undefined) return state;
  return { ...state, prompt: { what: 'field', form, line: lineOf(field.text), fault: undefined } };
});

function acceptField(state: ExplorerState): ExplorerState {
  const { prompt } = state;
  if (prompt?.what !== 'field') return state;
  const { form, line } = prompt;
  const fields = form.fields.map((field, index) =>
    index === form.choice ? { ...field, text: line.text } : field,
  );
  const choice = Math.min(form.choice + 1, fields.length - 1);
  return { ...state, prompt: { ...form, fields, choice, fault: undefined } };
}

/** Shows the difference that saving makes, or what is wrong with the fields. */
const review = inForm((state, form) => {
  try {
    const names = Object.keys(formChanges(form));
    if (names.length === 0) return { ...state, prompt: { ...form, fault: 'Nothing was changed.' } };
    const missing = form.fields.find(({ required, text }) => required && text === '');
    if (missing !== undefined) return { ...state, prompt: { ...form, fault: `${missing.name} is needed.` } };
    return { ...state, prompt: { what: 'confirm', form, busy: false } };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { ...state, prompt: { ...form, fault: error.message } };
  }
});

function save(state: ExplorerState): ExplorerState {
  const { prompt } = state;
  if (prompt?.what !== 'confirm' || prompt.busy) return state;
  const { type, id, etag } = prompt.form;
  const target = id === undefined ? { type, id } : { type, id };
  return withErrand(
    { ...state, prompt: { ...prompt, busy: true } },
    { what: 'save', target: target as ObjectRef, body: formBody(prompt.form), etag },
  );
}

function sendDelete(state: ExplorerState): ExplorerState {
  const { prompt } = state;
  if (prompt?.what !== 'delete') return state;
  const { type, id, line } = prompt;
  if (line.text !== id) {
    const message = `That is not its id. To delete ${formatRef(type, id)}, type ${id}.`;
    return { ...state, prompt: { ...prompt, fault: { message, start: 0, end: line.text.length } } };
  }
  return withErrand({ ...state, prompt: undefined }, { what: 'delete', target: { type, id } });
}

function sendRevert(state: ExplorerState): ExplorerState {
  const { prompt } = state;
  if (prompt?.what !== 'revert' || prompt.busy || prompt.plan.action === null) return state;
  const { eventId, plan } = prompt;
  return withErrand(
    { ...state, prompt: { ...prompt, busy: true } },
    { what: 'revert', eventId, etag: plan.etag },
  );
}

function askType(state: ExplorerState): ExplorerState {
  const type = targetOf(state)?.type ?? '';
  return { ...state, prompt: { what: 'type', line: lineOf(type), fault: undefined } };
}

function openNewForm(state: ExplorerState): ExplorerState {
  const { prompt } = state;
  if (prompt?.what !== 'type' || prompt.line.text.trim() === '') return state;
  const type = prompt.line.text.trim();
  const reason = mayNotWrite(state, type);
  if (reason !== undefined) {
    return {
      ...state,
      prompt: { ...prompt, fault: { message: `Not now: ${reason}.`, start: 0, end: type.length } },
    };
  }
  return withErrand({ ...state, prompt: undefined }, { what: 'new-form', type });
}

/** Shows the answer to a question about the target; it is asked each time anew. */
function looked(kind: 'live' | 'blame' | 'history', title: string) {
  return onTarget((state, target) =>
    withStep(
      { ...state, nextEpoch: state.nextEpoch + 1 },
      {
        overlay: {
          what: 'text',
          title: `${formatRef(target.type, target.id)}: ${title}`,
          source: questionOf(kind, { target }, { fresh: state.nextEpoch }),
          scroll: 0,
        },
      },
    ),
  );
}

export const ACTING: readonly ExplorerAction[] = [
  {
    id: 'live',
    keys: ['L'],
    label: 'the record as it is now (recorded as a view)',
    places: ON_AN_EVENT,
    off: noEvent,
    run: looked('live', 'as it is now'),
  },
  {
    id: 'blame',
    keys: ['b'],
    label: 'who set each field of its target',
    places: ON_AN_EVENT,
    off: noEvent,
    run: looked('blame', 'who set each field'),
  },
  {
    id: 'history',
    keys: ['H'],
    label: 'the history of its target',
    places: ON_AN_EVENT,
    off: noEvent,
    run: looked('history', 'its history'),
  },
  {
    id: 'create',
    keys: ['c'],
    label: 'create a record',
    places: IN_PANES,
    off: state => mayNotWrite(state),
    run: askType,
  },
  {
    id: 'edit',
    keys: ['e'],
    label: 'edit its target (recorded as a view)',
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
      prompt: { what: 'delete', ...target, line: lineOf(''), fault: undefined },
    })),
  },
  {
    id: 'undo',
    keys: ['u'],
    label: 'undo what it changed',
    places: ON_AN_EVENT,
    off: state =>
      notOnTarget(state) ?? (currentEvent(state)?.action === 'viewed' ? 'it changed nothing' : undefined),
    run: state => withErrand(state, { what: 'preview-revert', eventId: currentEvent(state)?.id ?? '' }),
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
    id: 'field-up',
    keys: ['up', 'k', 'shift+tab'],
    label: 'the field before',
    places: ['form'],
    run: movedField(-1),
  },
  {
    id: 'field-down',
    keys: ['down', 'j', 'tab'],
    label: 'the next field',
    places: ['form'],
    run: movedField(1),
  },
  {
    id: 'edit-field',
    keys: ['enter', 'e'],
    label: 'edit the field',
    footer: 'edit',
    places: ['form'],
    run: openField,
  },
  {
    id: 'review',
    keys: ['s', 'ctrl+s'],
    label: 'show what would be saved',
    footer: 'save …',
    places: ['form'],
    run: review,
  },
  {
    id: 'accept-field',
    keys: ['enter', 'tab'],
    label: 'take it',
    footer: 'take it',
    places: ['field'],
    run: acceptField,
  },
  {
    id: 'leave-field',
    keys: ['escape'],
    label: 'leave the field as it was',
    footer: 'as it was',
    places: ['field'],
    run: state => (state.prompt?.what === 'field' ? { ...state, prompt: state.prompt.form } : state),
  },
  { id: 'save', keys: ['enter', 'y'], label: 'save', footer: 'save', places: ['confirm'], run: save },
  {
    id: 'back-to-form',
    keys: ['escape', 'n', 'backspace'],
    label: 'back to the form',
    footer: 'back to the form',
    places: ['confirm'],
    run: state => (state.prompt?.what === 'confirm' ? { ...state, prompt: state.prompt.form } : state),
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
