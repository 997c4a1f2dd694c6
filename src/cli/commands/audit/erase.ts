// whodid audit erase: takes values out of the log for good, after it has shown which.
import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Client } from '../../../shared/client.js';
import type { Erasure, ErasureRequest } from '../../../shared/erasure.js';
import { erasurePaths } from '../../../shared/erasure-path.js';
import { CONTEXT_MEMBERS } from '../../../shared/log/leaf-parts.js';
import { formatRef } from '../../../shared/object-ref.js';
import { EXIT, Problem } from '../../../shared/problem.js';
import type { CommandContext } from '../../context.js';
import { Exit } from '../../exit.js';
import { examples } from '../../lazy-commands.js';
import { objectArgument } from '../../object-argument.js';
import { counted } from '../../output/change-lines.js';
import { escapeText } from '../../output/escape.js';
import { addOutputOptions, fieldNames, formatOf, type OutputFlags } from '../../output/options.js';
import { type ShowOptions, showOne } from '../../output/show.js';
import { pickFields, properties, type View } from '../../output/view.js';
import { collect } from '../../repeatable.js';
import { addWriteOptions, type WriteFlags, writeOptions } from '../../write-flags.js';

interface EraseFlags extends OutputFlags, Pick<WriteFlags, 'comment'> {
  field?: string[];
  target?: string[];
  actor?: string[];
  yes?: boolean;
  dryRun?: boolean;
}

export interface EraseOptions extends ShowOptions {
  client: Client;
  /** The id of one event, or its `seq`. */
  event: string | undefined;
  flags: EraseFlags;
  /** How often is asked whether it is done, in milliseconds. */
  askEveryMs?: number;
}

const ASK_EVERY_MS = 500;

const ERASURE_VIEW: View<Erasure> = {
  fields: properties<Erasure>(['id', 'state', 'events', 'values', 'paths', 'eventIds', 'reason']),
  row: ['state', 'events', 'values', 'eventIds'],
};

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Take values out of the log for good: names, changed values, context and metadata. What happened, to which ids, when and by ' +
      'whom stays, the log still verifies, and the erasure is an event of its own. Shows what would go, then asks.',
  );
  examples(command, [
    ['One value of one event', 'whodid audit erase 1234 --field email'],
    [
      'All that the log holds of somebody',
      'whodid audit erase --target users 2 --actor users 2 --comment "request 4711"',
    ],
    [
      'Only who they were and where they came from',
      'whodid audit erase --actor users 7 --field actorName --field context',
    ],
    ['Only look', 'whodid audit erase --target users 2 --dry-run'],
    ['In a script', 'whodid audit erase --target "users:$ID" --yes --json'],
  ]);
  command
    .argument('[event]', 'its id, or the SEQ that tables show')
    .option('--target <object...>', 'every event about this object: TYPE ID, or TYPE:ID')
    .option('--actor <object...>', 'every event that this actor did, or that was done on their behalf')
    .option(
      '--field <name>',
      'this alone (repeatable): a field, actorName, targetName, context.ip, metadata.KEY, or all of names, changes, context, metadata',
      collect,
    )
    .option('--yes', 'do it without asking')
    .option('--dry-run', 'only show what would go');
  addOutputOptions(addWriteOptions(command, {}), ERASURE_VIEW).action(
    (event: string | undefined, flags: EraseFlags) =>
      run({ ...context, client: context.client(), event, flags }),
  );
}

/**
 * @throws Problem `bad_request` for nothing to erase, or without `--yes` where nobody can be asked; Exit with 1 when the
 * answer is no
 */
export async function run(options: EraseOptions): Promise<void> {
  const { client, event, flags, io } = options;
  pickFields(ERASURE_VIEW, fieldNames(flags) ?? []);
  const forPeople = formatOf(flags, io) === 'table' && flags.fields === undefined;
  const { comment } = writeOptions(flags);
  const request = requestOf(event, flags);
  if (!flags.yes && !flags.dryRun && !(io.canPrompt && forPeople)) {
    throw new Problem(
      'bad_request',
      'This erases for good: give --yes to do it, or --dry-run to see what would go.',
    );
  }
  if (flags.dryRun || !flags.yes) {
    const preview = await client.audit.erase({ ...request, preview: true });
    if (forPeople) await io.write(previewText(preview));
    else await showOne(preview, ERASURE_VIEW, options);
    if (flags.dryRun || preview.events === 0) return;
    if (!(await io.prompts.confirm('Erase it for good?'))) throw new Exit(EXIT.failed);
  }
  const done = await toTheEnd(
    await client.audit.erase(request, comment === undefined ? {} : { comment }),
    options,
  );
  if (forPeople) await io.write(doneText(done));
  else await showOne(done, ERASURE_VIEW, options);
  if (done.state === 'failed') {
    io.writeError(`whodid: The erasure could not be carried out: ${escapeText(done.reason ?? '')}\n`);
    throw new Exit(EXIT.failed);
  }
}

function requestOf(event: string | undefined, { target, actor, field }: EraseFlags): ErasureRequest {
  if (event === undefined && target === undefined && actor === undefined) {
    throw new Problem('bad_request', 'Of what? Name an event, or give --target TYPE ID or --actor TYPE ID.');
  }
  if (event !== undefined && (target !== undefined || actor !== undefined)) {
    throw new Problem(
      'bad_request',
      `An event or an object: "${event}" cannot be given beside --target or --actor.`,
    );
  }
  const ref = (words: string[]) => {
    const { type, id } = objectArgument(words);
    return formatRef(type, id);
  };
  return {
    ...(event === undefined ? {} : { event }),
    ...(target === undefined ? {} : { target: ref(target) }),
    ...(actor === undefined ? {} : { actor: ref(actor) }),
    ...(field === undefined ? {} : { paths: field.flatMap(pathsOf) }),
  };
}

/** @throws Problem `bad_request` for a member of `context` that there is not */
function pathsOf(word: string): string[] {
  const paths = erasurePaths(word);
  if (paths !== undefined) return paths;
  const known = CONTEXT_MEMBERS.join(', ');
  throw new Problem('bad_request', `--field: there is no ${escapeText(word)}. context has ${known}.`);
}

/** Waits for a long one; it goes on by itself whether somebody waits or not. */
async function toTheEnd(
  begun: Erasure,
  { client, io, askEveryMs = ASK_EVERY_MS }: EraseOptions,
): Promise<Erasure> {
  let last = begun;
  const signal = io.interrupted();
  while (last.state === 'under way') {
    if (signal.aborted) {
      io.writeError('The erasure goes on in the daemon.\n');
      throw new Exit(EXIT.interrupted);
    }
    await wait(askEveryMs);
    const { data } = await client.audit.erasures();
    // One that the daemon no longer remembers is over.
    last = data.find(({ id }) => id === begun.id) ?? { ...last, state: 'done' };
  }
  return last;
}

const values = (count: number) => counted(count, 'value', 'values');
const events = (count: number) => counted(count, 'event', 'events');

function previewText({ events: count, values: gone, paths = [] }: Erasure): string {
  if (count === 0) return 'There is nothing to erase.\n';
  const lines = paths.map(({ path, events: of }) => `  ${escapeText(path)}  of ${events(of)}\n`);
  return `${values(gone)} of ${events(count)} would go:\n${lines.join('')}What it was cannot be brought back, by nobody.\n`;
}

function doneText({ events: count, values: gone, eventIds, state }: Erasure): string {
  if (state === 'failed') return '';
  if (count === 0) return 'There was nothing to erase.\n';
  return `Erased ${values(gone)} of ${events(count)}.\n${eventIds.map(id => `  event ${escapeText(id)}\n`).join('')}`;
}
