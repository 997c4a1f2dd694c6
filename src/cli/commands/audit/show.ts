// whodid audit show: one event with all its facts.
import type { Command } from 'commander';
import type { Client } from '../../../shared/client.js';
import type { DataEvent } from '../../../shared/data-event.js';
import type { CommandContext } from '../../context.js';
import { examples } from '../../lazy-commands.js';
import { escapeText, type SafeText, safe } from '../../output/escape.js';
import { changeTexts, EVENT_VIEW, withErasedTold } from '../../output/event-view.js';
import { addOutputOptions, fieldNames, formatOf, type OutputFlags } from '../../output/options.js';
import { factText, labelledLines, type ShowOptions, showOne } from '../../output/show.js';
import { pickFields } from '../../output/view.js';

export interface ShowEventOptions extends ShowOptions {
  client: Client;
  id: string;
}

export function register(command: Command, context: CommandContext): void {
  command.description('Show one event with all its facts.');
  examples(command, [
    ['By its place in the log, as tables show it', 'whodid audit show 1234'],
    ['By its id', 'whodid audit show 0190b3c2-8f6e-7d3a-9c1b-5a2e4d6f8a10'],
    ['Its id alone, for a script', 'whodid audit show 1234 --fields id'],
  ]);
  command.argument('<event>', 'its id, or the SEQ that tables show');
  addOutputOptions(command, EVENT_VIEW).action((id: string, flags: OutputFlags) =>
    run({ ...context, client: context.client(), id, flags }),
  );
}

export async function run({ client, id, ...show }: ShowEventOptions): Promise<void> {
  const names = fieldNames(show.flags);
  pickFields(EVENT_VIEW, names ?? []);
  const forPeople = formatOf(show.flags, show.io) === 'table' && names === undefined;
  const event = await client.audit.event(id);
  if (forPeople) await show.io.write(labelledLines(factLines(withErasedTold(event), show), show.io));
  else await showOne(event, EVENT_VIEW, show);
}

/** Every fact on a line of its own, the changes a field a line. */
function factLines(event: DataEvent, show: Omit<ShowOptions, 'io'>): [SafeText, SafeText][] {
  return EVENT_VIEW.fields.flatMap((field): [SafeText, SafeText][] => {
    const text = factText(field, event, show);
    if (text === '' || MADE_FROM_OTHERS.has(field.name)) return [];
    if (field.name !== 'changes') return [[escapeText(field.name), text]];
    return changeTexts(event).map(change => [safe`changes`, change]);
  });
}

const MADE_FROM_OTHERS: ReadonlySet<string> = new Set(['time', 'actor', 'target']);
