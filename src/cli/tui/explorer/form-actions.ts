// The actions of a form: from field to field, what saving would change, and saving it.
import type { ObjectRef } from '../../../shared/object-ref.js';
import { Problem } from '../../../shared/problem.js';
import { lineOf } from '../lines/line-input.js';
import type { ExplorerAction } from './action.js';
import { type FormPrompt, formBody, formChanges } from './form.js';
import { type ExplorerState, withErrand } from './state.js';

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

export const FORM_ACTIONS: readonly ExplorerAction[] = [
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
];
