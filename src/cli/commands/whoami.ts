// whodid whoami: who the daemon takes you for.
import type { Command } from 'commander';
import type { Me } from '../../shared/api.js';
import type { Client } from '../../shared/client.js';
import type { CommandContext } from '../context.js';
import { examples } from '../lazy-commands.js';
import { addOutputOptions, type OutputFlags } from '../output/options.js';
import { type ShowOptions, showOne } from '../output/show.js';
import { properties, timeProperty, type View } from '../output/view.js';

export interface WhoamiOptions extends ShowOptions {
  client: Client;
}

const ME_VIEW: View<Me> = {
  fields: [
    ...properties<Me>(['actorType', 'id', 'name', 'email', 'role', 'tenantId', 'onBehalfOf', 'sessionId']),
    timeProperty<Me>('expiresAt'),
    ...properties<Me>(['instance']),
  ],
  row: [
    'actorType',
    'id',
    'name',
    'email',
    'role',
    'tenantId',
    'onBehalfOf',
    'sessionId',
    'expiresAt',
    'instance',
  ],
};

export function register(command: Command, context: CommandContext): void {
  command.description('Show who is logged in, with which role and until when.');
  examples(command, [
    ['Who am I here?', 'whodid whoami'],
    ['The role alone, for a script', 'whodid whoami --fields role'],
  ]);
  addOutputOptions(command, ME_VIEW).action((flags: OutputFlags) =>
    run({ ...context, client: context.client(), flags }),
  );
}

export async function run({ client, ...show }: WhoamiOptions): Promise<void> {
  await showOne(await client.me(), ME_VIEW, show);
}
