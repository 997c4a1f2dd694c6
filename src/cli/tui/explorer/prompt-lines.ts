// What stands over everything and is more than one line: the palette, the copy menu, forms and what they would do.
import { formatRef } from '../../../shared/object-ref.js';
import { escapeText, type SafeText, safe } from '../../output/escape.js';
import { paint } from '../../output/style.js';
import { cutTo } from '../../output/width.js';
import { fitted } from '../events/columns.js';
import { diffLines } from '../events/diff-lines.js';
import { keyName } from '../keys/key-names.js';
import type { ExplorerAction } from './action.js';
import { choiceLine } from './choice-line.js';
import { copyables } from './copying.js';
import { type FormPrompt, formChanges } from './form.js';
import type { OpenView, ViewOptions } from './open-view.js';
import { goingTo, paletteActions } from './palette.js';
import type { Prompt } from './prompt.js';
import type { ExplorerState } from './state.js';

/** `undefined` where the prompt is one line, and what is under it stays. */
export function promptView(
  state: ExplorerState,
  prompt: Prompt,
  options: ViewOptions & { actions: readonly ExplorerAction[] },
): OpenView | undefined {
  const { columns, colour } = options;
  switch (prompt.what) {
    case 'palette':
      return paletteView(state, prompt.choice, options);
    case 'copy': {
      const lines = copyables(state).map(({ name }, index) =>
        choiceLine(escapeText(name), index === prompt.choice, columns),
      );
      return { title: 'Copy', lines, chosen: prompt.choice };
    }
    case 'save':
      return { title: 'Keep this view under which digit?', lines: savedLines(state, columns) };
    case 'form':
      return formView(prompt, options);
    case 'field':
      return formView(prompt.form, options);
    case 'confirm': {
      const changes = formChanges(prompt.form);
      const action = prompt.form.id === undefined ? 'created' : 'changed';
      return {
        title: prompt.busy ? 'Saving …' : `Save ${formName(prompt.form)} like this?`,
        lines: diffLines({ action, changes }, columns - 2, colour).map(line => ` ${line}`),
      };
    }
    case 'revert': {
      const { plan, busy } = prompt;
      const object = formatRef(plan.type, plan.id);
      if (plan.action === null)
        return { title: `Undo on ${object}`, lines: ['', '  It stands so already: there is nothing to do.'] };
      const title = busy ? 'Undoing …' : `Undo it? ${object} is then ${plan.action}.`;
      const kept =
        plan.notRestored.length === 0
          ? []
          : ['', `  Not in the log, so not brought back: ${escapeText(plan.notRestored.join(', '))}.`];
      const { changes, action } = plan;
      return {
        title,
        lines: [...diffLines({ action, changes }, columns - 2, colour).map(line => ` ${line}`), ...kept],
      };
    }
    default:
      return undefined;
  }
}

function paletteView(
  state: ExplorerState,
  choice: number,
  { actions, columns, now }: ViewOptions & { actions: readonly ExplorerAction[] },
): OpenView {
  const found = paletteActions(state, actions);
  const lines = found.map((action, index) => {
    const reason = action.off?.(state);
    const label = reason === undefined ? action.label : `${action.label} (not now: ${reason})`;
    const keys = action.keys.map(keyName).join(' ');
    const text = safe`${fitted(keys as SafeText, 16)} ${fitted(action.id as SafeText, 18)} ${escapeText(label)}`;
    return choiceLine(text, index === Math.min(choice, found.length - 1), columns);
  });
  const title = 'Everything that can be done here; goto TIME goes to a time';
  const going = goingTo(state, now);
  if (going !== undefined) return { title, lines: ['', `  ${cutTo(escapeText(going), columns - 4)}`] };
  return { title, lines: lines.length === 0 ? ['', '  Nothing is called that.'] : lines, chosen: choice };
}

function savedLines({ saved }: ExplorerState, columns: number): string[] {
  return ['1', '2', '3', '4', '5', '6', '7', '8', '9'].map(digit => {
    const line = saved[digit];
    return cutTo(
      safe`  ${escapeText(digit)}  ${escapeText(line === '' ? 'everything' : (line ?? '–'))}`,
      columns,
    );
  });
}

const formName = ({ type, id }: FormPrompt) => (id === undefined ? `new ${type}` : formatRef(type, id));

function formView(form: FormPrompt, { columns, colour }: ViewOptions): OpenView {
  const lines = form.fields.map(({ name, required, text, before, kind }, index) => {
    const was =
      before === undefined || before === null
        ? ''
        : kind === 'text'
          ? String(before)
          : JSON.stringify(before);
    const mark = text !== was ? '*' : required ? '!' : ' ';
    return choiceLine(
      safe`${mark as SafeText} ${fitted(escapeText(name), 20)} ${escapeText(text)}`,
      index === form.choice,
      columns,
    );
  });
  const fault =
    form.fault === undefined
      ? []
      : ['', `  ${paint(cutTo(escapeText(form.fault), columns - 3), 'red', colour)}`];
  return {
    title: `${formName(form)}  (! needed, * changed)`,
    lines: [...lines, ...fault],
    chosen: form.choice,
  };
}
