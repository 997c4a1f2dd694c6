// What stands over everything and is more than one line: the palette, the copy menu, forms and what they would do.
import { formatRef } from '../../../shared/object-ref.js';
import { escapeText, type SafeText, safe } from '../../output/escape.js';
import { commentText } from '../../output/event-view.js';
import { cutTo } from '../../output/width.js';
import { fitted } from '../events/columns.js';
import { diffLines } from '../events/diff-lines.js';
import { keyName } from '../keys/key-names.js';
import { typedLine } from '../lines/typed-line.js';
import { mayNotWrite } from './acting.js';
import type { ExplorerAction } from './action.js';
import { choiceLine } from './choice-line.js';
import { copyables } from './copying.js';
import { committed, type FormField, type FormPrompt, formChanges } from './form.js';
import type { OpenView, ViewOptions } from './open-view.js';
import { goingTo, paletteActions } from './palette.js';
import type { Deed, Prompt } from './prompt.js';
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
    case 'type': {
      const lines = prompt.types.map((type, index) => {
        const reason = mayNotWrite(state, type);
        const text = reason === undefined ? type : `${type} (not now: ${reason})`;
        return choiceLine(escapeText(text), index === prompt.choice, columns);
      });
      return { title: 'A new record of which type?', lines, chosen: prompt.choice };
    }
    case 'form':
      return formView(prompt, options);
    case 'confirm': {
      const changes = formChanges(prompt.form);
      const action = prompt.form.id === undefined ? 'created' : 'changed';
      return {
        title: prompt.busy ? 'Saving …' : `Save ${formName(prompt.form)} like this?`,
        lines: [
          ...diffLines({ action, changes }, columns - 2, colour).map(line => ` ${line}`),
          ...becauseLines(prompt, columns),
        ],
      };
    }
    case 'comment':
      return promptView(state, prompt.deed, options);
    case 'revert': {
      const { plan, busy } = prompt;
      const object = formatRef(plan.type, plan.id);
      if (plan.action === null)
        return { title: `Undo on ${object}`, lines: ['', '  It stands so already: there is nothing to do.'] };
      const undone = prompt.request.event !== undefined;
      const deed = undone ? 'Undo it' : `Bring it back to event ${prompt.request.seq}`;
      const title = busy ? 'Undoing …' : `${deed}? ${object} is ${plan.action} like this:`;
      const kept =
        plan.notRestored.length === 0
          ? []
          : ['', `  Not in the log, so not brought back: ${escapeText(plan.notRestored.join(', '))}.`];
      const { changes, action } = plan;
      return {
        title,
        lines: [
          ...diffLines({ action, changes }, columns - 2, colour).map(line => ` ${line}`),
          ...kept,
          ...becauseLines(prompt, columns),
        ],
      };
    }
    default:
      return undefined;
  }
}

/** The reason that will be kept with the event. */
function becauseLines({ comment }: Deed, columns: number): string[] {
  return comment === '' ? [] : ['', `  Because: ${cutTo(commentText(comment), columns - 12)}`];
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

const NAME_WIDTH = 20;

/** The fields; in the chosen one is the cursor. */
function formView(typed: FormPrompt, { columns }: ViewOptions): OpenView {
  const form = committed(typed);
  const lines = form.fields.map((field, index) => {
    const { name, required, text } = field;
    const mark = (text !== textBefore(field) ? '*' : required ? '!' : ' ') as SafeText;
    const head = safe`${mark} ${fitted(escapeText(name), NAME_WIDTH)} `;
    if (index !== form.choice) return choiceLine(safe`${head}${escapeText(text)}`, false, columns);
    return `▌ ${head}${typedLine(form.line, columns - NAME_WIDTH - 6, form.fault)}`;
  });
  const { hint = '', name = '' } = form.fields[form.choice] ?? {};
  const said =
    hint === '' ? [] : ['', `  ${cutTo(safe`${escapeText(name)}: ${escapeText(hint)}`, columns - 4)}`];
  return {
    title: `${formName(form)}  (! needed, * changed)`,
    lines: [...lines, ...said],
    chosen: form.choice,
  };
}

function textBefore({ before, kind }: FormField): string {
  if (before === undefined || before === null) return '';
  return kind === 'text' ? String(before) : JSON.stringify(before);
}
