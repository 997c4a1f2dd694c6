// The choices that change records, for whoever may: each says what it would do and asks, before it does it.
import type { Changes, DataEvent } from '../../shared/data-event.js';
import { formatRef } from '../../shared/object-ref.js';
import { Problem } from '../../shared/problem.js';
import { escapeText, type SafeText, safe, safeJson } from '../output/escape.js';
import { changeTexts } from '../output/event-view.js';
import { mayNotWrite } from '../tui/explorer/acting.js';
import {
  type FormField,
  type FormPrompt,
  fieldValue,
  formBody,
  formChanges,
  formOf,
} from '../tui/explorer/form.js';
import type { WalkAction, WalkWorld } from './action.js';
import { chosenOf } from './choosing.js';
import type { Walk } from './walk.js';

const onTarget = (
  label: string,
  run: (event: DataEvent, world: WalkWorld) => Promise<void>,
  may: (event: DataEvent) => boolean = () => true,
): WalkAction => ({
  label,
  place: 'event',
  when: ({ event }, world) =>
    event !== undefined && mayNotWrite(world, event.targetType) === undefined && may(event),
  async run(walk, world) {
    if (walk.event !== undefined) await run(walk.event, world);
    return walk;
  },
});

const changeLines = (action: DataEvent['action'], changes: Changes): string =>
  changeTexts({ action, changes })
    .map(text => `${text}\n`)
    .join('');

function fieldLine({ name, text, kind, required, hint }: FormField): SafeText {
  const value = text === '' ? safe`nothing` : kind === 'text' ? safeJson(text) : escapeText(text);
  const more = [required ? 'needed' : '', hint].filter(word => word !== '').join(', ');
  return safe`${escapeText(name)}: ${value}${more === '' ? safe`` : safe` (${escapeText(more)})`}`;
}

/** Asks for fields until it is enough. @returns the form as it was filled in */
async function filledIn(form: FormPrompt, world: WalkWorld): Promise<FormPrompt> {
  const { io } = world;
  let fields = form.fields;
  for (;;) {
    const field = await chosenOf(world, {
      title: safe`Fields of ${escapeText(form.type)}; none of them when they are as they are to be`,
      items: fields,
      line: fieldLine,
      question: 'Which to set',
    });
    if (field === undefined) return { ...form, fields };
    const isEmptied =
      field.text !== '' &&
      !(await io.prompts.confirm(`A new value for ${escapeText(field.name)}? No takes it away`));
    const text = isEmptied ? '' : await io.prompts.input(`${escapeText(field.name)}`);
    try {
      fieldValue({ ...field, text });
      fields = fields.map(one => (one === field ? { ...one, text } : one));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      await io.write(`${escapeText(error.message)}\n`);
    }
  }
}

/** @returns whether what is to be saved was read out and is wanted */
async function isWanted(form: FormPrompt, { io }: WalkWorld): Promise<boolean> {
  const changes = formChanges(form);
  const missing = form.fields.find(({ required, text }) => required && text === '');
  if (Object.keys(changes).length === 0) {
    await io.write('Nothing was changed.\n');
    return false;
  }
  if (missing !== undefined) {
    await io.write(`${escapeText(missing.name)} is needed; nothing is saved.\n`);
    return false;
  }
  await io.write(
    `\nThis would be saved:\n${changeLines(form.id === undefined ? 'created' : 'changed', changes)}`,
  );
  return io.prompts.confirm('Save it?');
}

async function create(walk: Walk, world: WalkWorld): Promise<Walk> {
  const { io, client } = world;
  const { data } = await client.types.list();
  const type = await chosenOf(world, {
    title: safe`Types`,
    items: data.filter(({ name }) => mayNotWrite(world, name) === undefined),
    line: ({ name }) => escapeText(name),
    question: 'A new one of which',
  });
  if (type === undefined) return walk;
  const form = await filledIn(formOf(type), world);
  if (!(await isWanted(form, world))) return walk;
  const { id } = await client.records.create(form.type, formBody(form), { minimal: true });
  await io.write(`Created ${escapeText(formatRef(form.type, id))}.\n`);
  return walk;
}

async function edit({ targetType, targetId }: DataEvent, world: WalkWorld): Promise<void> {
  const { io, client } = world;
  const type = await client.types.get(targetType);
  const { record, etag } = await client.records.get(targetType, targetId);
  const form = await filledIn(formOf(type, record, etag), world);
  if (!(await isWanted(form, world))) return;
  const condition = etag === undefined ? {} : { ifMatch: etag };
  await client.records.update(targetType, targetId, formBody(form), { minimal: true, ...condition });
  await io.write(`Updated ${escapeText(formatRef(targetType, targetId))}.\n`);
}

async function remove({ targetType, targetId }: DataEvent, { io, client }: WalkWorld): Promise<void> {
  const name = escapeText(formatRef(targetType, targetId));
  const typed = await io.prompts.input(`To delete ${name}, type its id; anything else leaves it`);
  if (typed !== targetId) {
    await io.write(`That is not its id; ${name} stays.\n`);
    return;
  }
  await client.records.delete(targetType, targetId);
  await io.write(`Deleted ${name}.\n`);
}

async function undo({ id }: DataEvent, { io, client }: WalkWorld): Promise<void> {
  const plan = await client.audit.revert({ event: id, preview: true });
  const name = escapeText(formatRef(plan.type, plan.id));
  if (plan.action === null) {
    await io.write(`${name} stands so already: there is nothing to do.\n`);
    return;
  }
  await io.write(`\n${name} would be ${plan.action} like this:\n${changeLines(plan.action, plan.changes)}`);
  if (plan.notRestored.length > 0)
    await io.write(`Not in the log, so not brought back: ${escapeText(plan.notRestored.join(', '))}.\n`);
  if (!(await io.prompts.confirm('Undo it?'))) return;
  await client.audit.revert({ event: id }, plan.etag === undefined ? {} : { ifMatch: plan.etag });
  await io.write(`Undone on ${name}.\n`);
}

export const CHANGING: readonly WalkAction[] = [
  {
    label: 'create a record',
    place: 'events',
    when: (_walk, world) => mayNotWrite(world) === undefined,
    run: create,
  },
  onTarget('edit its target (recorded as a view)', edit),
  onTarget('delete its target', remove),
  onTarget('undo what it changed', undo, ({ action }) => action !== 'viewed'),
];
