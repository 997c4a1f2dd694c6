// The actions of a form: from field to field, what saving would change, and saving it. What is typed goes into the
// field that is chosen.
import type { ObjectRef } from '../../../shared/object-ref.js';
import { Problem } from '../../../shared/problem.js';
import { faulty } from '../lines/asked-line.js';
import type { ExplorerAction } from './action.js';
import { atField, committed, type FormPrompt, formBody, formChanges } from './form.js';
import { type ExplorerState, withErrand } from './state.js';

const inForm = (run: (state: ExplorerState, form: FormPrompt) => ExplorerState) => (state: ExplorerState) =>
  state.prompt?.what === 'form' ? run(state, state.prompt) : state;

const toField = (state: ExplorerState, form: FormPrompt, by: 1 | -1): ExplorerState => {
  const choice = Math.max(0, Math.min(form.fields.length - 1, form.choice + by));
  return { ...state, prompt: atField(form, choice) };
};

/** Shows the difference that saving makes, or what is wrong with the fields. */
function review(state: ExplorerState, typed: FormPrompt): ExplorerState {
  const form = committed(typed);
  const wrong = (message: string, at = form.choice): ExplorerState => ({
    ...state,
    prompt: faulty(atField(form, at), message),
  });
  const missing = form.fields.findIndex(({ required, text }) => required && text === '');
  try {
    const names = Object.keys(formChanges(form));
    if (names.length === 0) return wrong('Nothing was changed. Esc leaves the form.');
    if (missing >= 0) return wrong(`${form.fields[missing]?.name} is needed.`, missing);
    return { ...state, prompt: { what: 'confirm', form, busy: false, comment: '' } };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return wrong(error.message);
  }
}

function save(state: ExplorerState): ExplorerState {
  const { prompt } = state;
  if (prompt?.what !== 'confirm' || prompt.busy) return state;
  const { form, comment } = prompt;
  const { type, id, etag } = form;
  const target = id === undefined ? { type, id } : { type, id };
  return withErrand(
    { ...state, prompt: { ...prompt, busy: true } },
    { what: 'save', target: target as ObjectRef, body: formBody(form), etag, comment },
  );
}

export const FORM_ACTIONS: readonly ExplorerAction[] = [
  {
    id: 'field-up',
    keys: ['up', 'shift+tab'],
    label: 'the field before',
    places: ['form'],
    run: inForm((state, form) => toField(state, form, -1)),
  },
  {
    id: 'field-down',
    keys: ['down', 'tab'],
    label: 'the next field',
    footer: 'next field',
    places: ['form'],
    run: inForm((state, form) => toField(state, form, 1)),
  },
  {
    id: 'field-done',
    keys: ['enter'],
    label: 'the next field; after the last, what would be saved',
    places: ['form'],
    run: inForm((state, form) =>
      form.choice === form.fields.length - 1 ? review(state, form) : toField(state, form, 1),
    ),
  },
  {
    id: 'review',
    keys: ['ctrl+s'],
    label: 'show what would be saved',
    footer: 'save …',
    places: ['form'],
    run: inForm(review),
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
];
