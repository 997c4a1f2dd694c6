// whodid tokens create: the one time that the secret is shown.
import type { Command } from 'commander';
import type { NewToken, TokenRequest } from '../../../shared/api.js';
import type { Client } from '../../../shared/client.js';
import { didYouMean } from '../../../shared/nearest.js';
import { Problem } from '../../../shared/problem.js';
import { ROLES } from '../../../shared/vocabulary.js';
import type { CommandContext } from '../../context.js';
import { examples } from '../../lazy-commands.js';
import { typeArgument } from '../../object-argument.js';
import { escapeText } from '../../output/escape.js';
import { addOutputOptions, fieldNames, formatOf, type OutputFlags } from '../../output/options.js';
import { type ShowOptions, showOne } from '../../output/show.js';
import { isoTime, pickFields } from '../../output/view.js';
import { addRoleHelp } from '../../role-help.js';
import { parseExpiry } from '../../time.js';
import { NEW_TOKEN_VIEW } from './token-view.js';

interface CreateTokenFlags extends OutputFlags {
  name: string;
  role: string;
  expires: string;
  tenant?: string;
  /** Comma-separated. */
  actorTypes?: string;
  targetTypes?: string;
}

export interface CreateTokenOptions extends ShowOptions {
  client: Client;
  flags: CreateTokenFlags;
}

export function register(command: Command, context: CommandContext): void {
  command.description('Create an API token. It is shown this once; with --json as "token".');
  examples(command, [
    ['To ask the log', 'whodid tokens create --name dashboard --role auditor --expires 30d'],
    [
      'To report events of another program',
      'whodid tokens create --name ci --role reporter --expires 90d --actor-types users --target-types files,builds',
    ],
    [
      'For a script',
      'export WHODID_TOKEN=$(whodid tokens create --name nightly --role viewer --expires 1d --fields token)',
    ],
  ]);
  command
    .requiredOption('--name <name>', 'what it is for')
    .requiredOption('--role <role>', `what it may do at most: ${ROLES.join(', ')}`)
    .option('--expires <time>', 'until when: 12h, 30d, or a date', '30d')
    .option('--tenant <tenant>', 'bind it to one tenant: it then reaches the audit log of that one alone')
    .option('--actor-types <types>', 'types of the actors that it may report, comma-separated')
    .option('--target-types <types>', 'types of the targets that it may report, comma-separated');
  addRoleHelp(command, 'Roles (a token may do what both its role and its owner may):', ROLES);
  addOutputOptions(command, NEW_TOKEN_VIEW).action((flags: CreateTokenFlags) =>
    run({ ...context, client: context.client(), flags }),
  );
}

export async function run({ client, ...show }: CreateTokenOptions): Promise<void> {
  const { flags, io } = show;
  const sentence = formatOf(flags, io) === 'table' && flags.fields === undefined;
  pickFields(NEW_TOKEN_VIEW, fieldNames(flags) ?? []);
  const token = await client.tokens.create(tokenRequest(flags, show.clock()));
  if (!sentence) return showOne(token, NEW_TOKEN_VIEW, show);
  await io.write(sentencesOf(token));
}

function tokenRequest(flags: CreateTokenFlags, now: number): TokenRequest {
  const role = ROLES.find(known => known === flags.role);
  if (role === undefined) {
    const meant = didYouMean(flags.role, ROLES);
    throw new Problem('bad_request', `--role takes one of ${ROLES.join(', ')}, not "${flags.role}".${meant}`);
  }
  return {
    name: flags.name,
    role,
    expiresAt: parseExpiry(flags.expires, now, '--expires'),
    ...(flags.tenant === undefined ? {} : { tenantId: flags.tenant }),
    ...(flags.actorTypes === undefined ? {} : { actorTypes: typeList(flags.actorTypes) }),
    ...(flags.targetTypes === undefined ? {} : { targetTypes: typeList(flags.targetTypes) }),
  };
}

function typeList(text: string): string[] {
  return text.split(',').map(name => typeArgument(name.trim()));
}

function sentencesOf({ token, id, name, role, expiresAt }: NewToken): string {
  return (
    `${escapeText(token)}\n\n` +
    `This is the token "${escapeText(name)}" (id ${escapeText(id)}, ${escapeText(role)}, until ${isoTime(expiresAt)}).\n` +
    'It is not shown again. Use it as WHODID_TOKEN, or in the header "Authorization: Bearer …".\n'
  );
}
