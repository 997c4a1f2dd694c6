// whodid whoami: who the daemon takes you for.
import type { Command } from 'commander';
import type { Me } from '../../shared/api.js';
import type { Client } from '../../shared/client.js';
import { type Endpoint, endpointName } from '../../shared/endpoint.js';
import { formatRef } from '../../shared/object-ref.js';
import type { CommandContext } from '../context.js';
import { examples } from '../lazy-commands.js';
import { escapeText, safe } from '../output/escape.js';
import { addOutputOptions, formatOf, type OutputFlags } from '../output/options.js';
import { type ShowOptions, showOne } from '../output/show.js';
import { properties, timeProperty, type View } from '../output/view.js';

export interface WhoamiOptions extends ShowOptions {
  client: Client;
  endpoint: Endpoint;
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
    run({ ...context, client: context.client(), endpoint: context.endpoint(), flags }),
  );
}

export async function run({ client, endpoint, ...show }: WhoamiOptions): Promise<void> {
  const { flags, io } = show;
  const me = await client.me();
  const forPeople = formatOf(flags, io) === 'table' && flags.fields === undefined;
  if (!forPeople) return showOne(me, ME_VIEW, show);
  const { actorType, id, name, role } = me;
  const who = safe`${escapeText(name)} (${escapeText(formatRef(actorType, id))}, ${escapeText(role)})`;
  await io.write(`${who} at ${escapeText(endpointName(endpoint))}\n`);
  const facts = ['email', 'onBehalfOf', 'tenantId', 'sessionId', 'expiresAt', 'instance'];
  await showOne(me, { ...ME_VIEW, row: facts }, show);
}
