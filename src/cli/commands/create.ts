// whodid create: a new record.
import type { Command } from 'commander';
import type { Client } from '../../shared/client.js';
import { Problem } from '../../shared/problem.js';
import { USER_ROLES } from '../../shared/vocabulary.js';
import type { CommandContext } from '../context.js';
import { examples } from '../lazy-commands.js';
import { typeArgument } from '../object-argument.js';
import { addOutputOptions, type OutputFlags } from '../output/options.js';
import type { ShowOptions } from '../output/show.js';
import { addBodyOptions, type BodyFlags, recordBody } from '../record-body.js';
import { writeAndShow } from '../record-output.js';
import { addRoleHelp } from '../role-help.js';
import { explainingTexts } from '../set-hint.js';
import { addWriteOptions, type WriteFlags, writeOptions } from '../write-flags.js';

interface CreateFlags extends OutputFlags, BodyFlags, WriteFlags {}

export interface CreateOptions extends ShowOptions {
  client: Client;
  type: string;
  flags: CreateFlags;
}

export function register(command: Command, context: CommandContext): void {
  command.description('Create a record. Prints the record in a pipe, or with --json, --jsonl or --csv.');
  examples(command, [
    ['A user', 'whodid create users --set name="Ada Lovelace" --set email=ada@example.com --set role=editor'],
    [
      'A note on the e-mail address of a user',
      'whodid create notes --set targetType=users --set targetId=1 --set fieldName=email --set data="Asked by phone"',
    ],
    [
      'Values that are no texts',
      'whodid create invoices --set number=2026-7 --set total:=129.90 --set paid:=false',
    ],
    ['From a file, or from another program', 'jq .invoice order.json | whodid create invoices -'],
    ['Its id alone', 'whodid create notes --file note.json --fields id'],
  ]);
  command
    .argument('<type>', 'users, notes, or a type of your own')
    .argument('[-]', 'take the fields from stdin');
  addRoleHelp(command, 'Roles of users (--set role=…; viewer without):', USER_ROLES);
  addBodyOptions(command);
  addWriteOptions(command, { idempotencyKey: true });
  addOutputOptions(command).action((type: string, stdin: string | undefined, flags: CreateFlags) =>
    run({ ...context, client: context.client(), type, flags: withStdin(flags, stdin) }),
  );
}

export async function run({ client, type, ...show }: CreateOptions): Promise<void> {
  const { flags } = show;
  const name = typeArgument(type);
  const options = writeOptions(flags);
  const body = await recordBody(flags, show.io);
  const write = (shown: { minimal?: boolean }) =>
    explainingTexts(flags.set ?? [], () => client.records.create(name, body, { ...options, ...shown }));
  await writeAndShow('Created', name, write, client, show);
}

/** The argument `-` is `--file -`. */
function withStdin(flags: CreateFlags, argument: string | undefined): CreateFlags {
  if (argument === undefined) return flags;
  if (argument !== '-') {
    throw new Problem('bad_request', `Fields are given with --set field=text: what is "${argument}"?`);
  }
  if (flags.file !== undefined) throw new Problem('bad_request', 'Only one of --file and - can be had.');
  return { ...flags, file: '-' };
}
