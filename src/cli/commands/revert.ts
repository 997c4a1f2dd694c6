// whodid revert: undoes one change, as an ordinary change of whoever runs it.
import type { Command } from 'commander';
import type { Client } from '../../shared/client.js';
import type { CommandContext } from '../context.js';
import { examples } from '../lazy-commands.js';
import type { ShowOptions } from '../output/show.js';
import { addRevertOptions, type RevertFlags, revertAndShow } from '../revert-and-show.js';

export interface RevertOptions extends ShowOptions {
  client: Client;
  /** The id of the event. */
  event: string;
  flags: RevertFlags;
}

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Undo one event: a change is changed back, a creation deleted, a deletion created again under its id. Refused (exit 6) if what it did was changed since.',
  );
  examples(command, [
    ['Look, then answer', 'whodid revert 1234'],
    ['In a script, with the reason in the log', 'whodid revert "$EVENT" --yes --comment "wrong customer"'],
    ['Only look, by its id', 'whodid revert 0190b3c2-8f6e-7d3a-9c1b-5a2e4d6f8a10 --dry-run'],
    ['Who undid it', 'whodid audit events --correlation 0190b3c2-8f6e-7d3a-9c1b-5a2e4d6f8a10'],
  ]);
  command.argument('<event>', 'its id, or the SEQ that tables show');
  addRevertOptions(command).action((event: string, flags: RevertFlags) =>
    run({ ...context, client: context.client(), event, flags }),
  );
}

export async function run({ client, event, ...show }: RevertOptions): Promise<void> {
  await revertAndShow(client, { event }, show);
}
