// whodid restore: a backup takes the place of what is in the data directory, under its lock, by the offline program.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { RestoreAnswer } from '../../shared/backup.js';
import { EXIT, Problem } from '../../shared/problem.js';
import type { CommandContext } from '../context.js';
import { Exit } from '../exit.js';
import { examples } from '../lazy-commands.js';
import { createOffline, type Offline } from '../offline.js';
import { escapeText } from '../output/escape.js';
import { addOutputOptions, formatOf, type OutputFlags } from '../output/options.js';
import { createProgress } from '../output/progress.js';
import { type ShowOptions, showOne } from '../output/show.js';
import { properties, timeProperty, type View } from '../output/view.js';
import { createPins, type Pins } from '../pins.js';

interface RestoreFlags extends OutputFlags {
  yes?: boolean;
}

export interface RestoreOptions extends ShowOptions {
  offline: Offline;
  pins: Pick<Pins, 'all'>;
  hasData: () => boolean;
  /** Of the backup. */
  directory: string;
  flags: RestoreFlags;
}

export const RESTORE_VIEW: View<RestoreAnswer> = {
  fields: [
    ...properties<RestoreAnswer>(['id', 'dir', 'instance']),
    timeProperty<RestoreAnswer>('createdAt'),
    ...properties<RestoreAnswer>([
      'events',
      'pending',
      'eventsBefore',
      'putAside',
      'revokedTokens',
      'idsKnown',
      'seen',
    ]),
  ],
  row: ['dir', 'createdAt', 'events', 'putAside'],
};

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Put a backup in the place of what is in the data directory, with no daemon running. Everything in it is verified ' +
      'before anything is replaced, and what was there is put aside. Sessions end, no record id is given again, and ' +
      'the log tells of it at the next start.',
  );
  examples(command, [
    ['Look, then answer', 'whodid restore /backup/whodid-2026-11-24'],
    [
      'On another machine, in a script',
      'WHODID_HOME=/srv/whodid whodid restore /backup/whodid-2026-11-24 --yes',
    ],
  ]);
  command
    .argument('<dir>', 'the directory of the backup')
    .option('--yes', 'replace what is there without asking');
  addOutputOptions(command, RESTORE_VIEW).action((directory: string, flags: RestoreFlags) =>
    run({
      ...context,
      offline: createOffline(context.env),
      pins: createPins(context.config),
      directory,
      flags,
    }),
  );
}

export async function run({ offline, pins, hasData, directory, ...show }: RestoreOptions): Promise<void> {
  const { io, clock, flags } = show;
  const forPeople = formatOf(flags, io) === 'table' && flags.fields === undefined;
  if (!flags.yes && hasData()) {
    if (!io.canPrompt || !forPeople) {
      throw new Problem('bad_request', 'This replaces what is in the data directory: give --yes to do it.');
    }
    const question =
      'What is in the data directory is put aside, and what happened since the backup is gone from it. Restore?';
    if (!(await io.prompts.confirm(question))) throw new Exit(EXIT.failed);
  }
  const bar = createProgress({ io, clock, totalBytes: 1, unit: 'events' });
  let answer: RestoreAnswer;
  try {
    answer = await offline(
      'restore',
      { directory: resolve(directory), pins: await pins.all() },
      {
        signal: io.interrupted(),
        onProgress: ({ done, total }) => bar.show(done, total === 0 ? 1 : done / total),
      },
    );
  } finally {
    bar.clear();
  }
  if (forPeople) await io.write(sentences(answer));
  else await showOne(answer, RESTORE_VIEW, show);
}

function sentences(answer: RestoreAnswer): string {
  const number = (value: number) => value.toLocaleString('en-US');
  const lines = [
    `Restored to ${escapeText(answer.dir)} as it was ${new Date(answer.createdAt).toISOString()}, with ${number(answer.events)} events; all of it was verified.`,
  ];
  if (answer.putAside !== undefined) lines.push(`What was there is in ${escapeText(answer.putAside)}.`);
  if (answer.eventsBefore !== undefined && answer.eventsBefore > answer.events) {
    lines.push(
      `Its log had ${number(answer.eventsBefore)} events: ${number(answer.eventsBefore - answer.events)} are gone.`,
    );
  }
  if (!answer.idsKnown)
    lines.push('Which record ids were given since is not known: new ones go on behind a wide gap.');
  if (answer.revokedTokens > 0)
    lines.push(`${number(answer.revokedTokens)} API tokens that were revoked since stay revoked.`);
  if (answer.seen !== undefined) {
    lines.push(
      `This client has seen ${number(answer.seen)} events of the log: \`whodid audit verify\` finds the rollback, and says how to go on.`,
    );
  }
  lines.push('Start it with `whodid daemon start`, and log in again: all sessions have ended.');
  return lines.map(line => `${line}\n`).join('');
}
