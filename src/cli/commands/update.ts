// whodid update: some fields of a record, as a JSON merge patch (RFC 7396).
import type { Command } from 'commander';
import type { Client } from '../../shared/client.js';
import { Problem } from '../../shared/problem.js';
import type { CommandContext } from '../context.js';
import { examples } from '../lazy-commands.js';
import { objectArgument } from '../object-argument.js';
import { addOutputOptions, type OutputFlags } from '../output/options.js';
import type { ShowOptions } from '../output/show.js';
import { addBodyOptions, type BodyFlags, recordBody } from '../record-body.js';
import { writeAndShow } from '../record-output.js';
import { explainingTexts } from '../set-hint.js';
import { addWriteOptions, type WriteFlags, writeOptions } from '../write-flags.js';

interface UpdateFlags extends OutputFlags, BodyFlags, WriteFlags {}

export interface UpdateOptions extends ShowOptions {
  client: Client;
  /** `TYPE ID` or `TYPE:ID`, and perhaps `-` for stdin. */
  object: string[];
  flags: UpdateFlags;
}

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Change fields of a record; the others stay as they are, and null removes one. Prints the record in a pipe, or with --json, --jsonl or --csv.',
  );
  examples(command, [
    ['A new name', 'whodid update users 1 --set name="Ada King"'],
    ['With the reason in the log', 'whodid update users:2 --set disabled:=true --comment "left the company"'],
    ['Only if nobody was faster', `whodid update notes 17 --set data="Done" --if-match '"3"'`],
    ['Remove a field', 'whodid update invoices 4 --set remark:=null'],
    ['A JSON merge patch from stdin', 'whodid update invoices 4 - < patch.json'],
  ]);
  command.argument('<object...>', 'TYPE ID, or TYPE:ID; then - to take the fields from stdin');
  addBodyOptions(command);
  addWriteOptions(command, { ifMatch: true });
  addOutputOptions(command).action((object: string[], flags: UpdateFlags) =>
    run({ ...context, client: context.client(), object, flags }),
  );
}

export async function run({ client, object, ...show }: UpdateOptions): Promise<void> {
  const fromStdin = object.at(-1) === '-' && object.length > 1;
  if (fromStdin && show.flags.file !== undefined) {
    throw new Problem('bad_request', 'Only one of --file and - can be had.');
  }
  const { type, id } = objectArgument(fromStdin ? object.slice(0, -1) : object);
  const options = writeOptions(show.flags);
  const patch = await recordBody(fromStdin ? { ...show.flags, file: '-' } : show.flags, show.io);
  const write = (shown: { minimal?: boolean }) =>
    explainingTexts(show.flags.set ?? [], () =>
      client.records.update(type, id, patch, { ...options, ...shown }),
    );
  await writeAndShow('Updated', type, write, client, show);
}
