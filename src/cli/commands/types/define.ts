// whodid types define: a type of the user's own, from a JSON Schema; or a new version of it.
import type { Command } from 'commander';
import type { TypeDefinition, TypeInfo } from '../../../shared/api.js';
import type { Client } from '../../../shared/client.js';
import { Problem } from '../../../shared/problem.js';
import { ACTIONS, RECORDING_LEVELS } from '../../../shared/vocabulary.js';
import type { CommandContext } from '../../context.js';
import { jsonObjectFrom } from '../../json-file.js';
import { examples } from '../../lazy-commands.js';
import { typeArgument } from '../../object-argument.js';
import { escapeText } from '../../output/escape.js';
import { addOutputOptions, fieldNames, formatOf, type OutputFlags } from '../../output/options.js';
import { type ShowOptions, showOne } from '../../output/show.js';
import { pickFields } from '../../output/view.js';
import { collect } from '../../repeatable.js';
import { TYPE_VIEW } from './type-view.js';

interface DefineFlags extends OutputFlags {
  schema: string;
  record?: string[];
  allowReported?: boolean;
}

export interface DefineTypeOptions extends ShowOptions {
  client: Client;
  type: string;
  flags: DefineFlags;
}

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Define a type from a JSON Schema (2020-12) of an object, or a new version of it: then the records that exist must fit. "x-whodid" marks a field "secret", "ignored" (a change of it alone is none), "unique", "indexed" (list --where is then fast) or "name" (what the object is called).',
  );
  examples(command, [
    ['A type of your own', 'whodid types define invoices --schema invoice.schema.json'],
    [
      'Views of it are not recorded',
      'whodid types define drafts --schema draft.schema.json --record viewed=none',
    ],
    ['The schema from another program', 'make-schema | whodid types define orders --schema -'],
  ]);
  command
    .argument('<type>', 'its name: a letter, then letters, digits, . _ -')
    .requiredOption('--schema <file>', 'the JSON Schema (- is stdin)')
    .option(
      '--record <action=level>',
      `how much is recorded of ${ACTIONS.join(', ')}: ${RECORDING_LEVELS.join(', ')}; repeat for more`,
      collect,
    )
    .option('--allow-reported', 'although another program has reported events about objects of this type');
  addOutputOptions(command, TYPE_VIEW).action((type: string, flags: DefineFlags) =>
    run({ ...context, client: context.client(), type, flags }),
  );
}

export async function run({ client, type, ...show }: DefineTypeOptions): Promise<void> {
  const { flags, io } = show;
  const name = typeArgument(type);
  const sentence = formatOf(flags, io) === 'table' && flags.fields === undefined;
  pickFields(TYPE_VIEW, fieldNames(flags) ?? []);
  const record = recording(flags.record ?? []);
  const revision = {
    schema: await jsonObjectFrom(flags.schema, io),
    ...(record === undefined ? {} : { record }),
  };
  const options = { allowReported: flags.allowReported === true };
  const info = (await exists(client, name))
    ? await client.types.revise(name, revision, options)
    : await client.types.define({ name, ...revision }, options);
  if (!sentence) return showOne(info, TYPE_VIEW, show);
  await io.write(sentenceOf(info));
}

function sentenceOf({ name, version, fields }: TypeInfo): string {
  return `Defined ${escapeText(name)}, version ${version}, with ${fields.map(escapeText).join(', ')}.\n`;
}

/** Looked up in the list: asking for one that is not there would be kept in the log as a failure. */
async function exists(client: Client, name: string): Promise<boolean> {
  const { data } = await client.types.list();
  return data.some(type => type.name === name);
}

function recording(settings: string[]): TypeDefinition['record'] | undefined {
  if (settings.length === 0) return undefined;
  return Object.fromEntries(
    settings.map(setting => {
      const [action = '', level = ''] = setting.split('=');
      const known = (words: readonly string[], word: string) => words.includes(word);
      if (!known(ACTIONS, action) || !known(RECORDING_LEVELS, level)) {
        throw new Problem(
          'bad_request',
          `--record takes one of ${ACTIONS.join(', ')}, = and one of ${RECORDING_LEVELS.join(', ')}, not "${setting}".`,
        );
      }
      return [action, level];
    }),
  );
}
