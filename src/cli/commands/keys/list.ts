// whodid keys list
import type { Command } from 'commander';
import type { Client } from '../../../shared/client.js';
import type { CommandContext } from '../../context.js';
import { examples } from '../../lazy-commands.js';
import { addOutputOptions, type OutputFlags } from '../../output/options.js';
import { type ShowOptions, showRows } from '../../output/show.js';
import { pagedRows } from '../../pages.js';
import { KEY_VIEW } from './key-view.js';

export interface ListKeysOptions extends ShowOptions {
  client: Client;
}

export function register(command: Command, context: CommandContext): void {
  command.description(
    'List the keys whose tokens are accepted; the active one signs new tokens. For administrators.',
  );
  examples(command, [
    ['The keys', 'whodid keys list'],
    ['The one that signs', `whodid keys list --json | jq -r '.[] | select(.active).kid'`],
  ]);
  addOutputOptions(command, KEY_VIEW).action((flags: OutputFlags) =>
    run({ ...context, client: context.client(), flags }),
  );
}

export async function run({ client, ...show }: ListKeysOptions): Promise<void> {
  await showRows(
    pagedRows(() => client.keys.list(), Number.POSITIVE_INFINITY),
    KEY_VIEW,
    show,
  );
}
