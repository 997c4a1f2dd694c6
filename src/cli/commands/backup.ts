// whodid backup: a consistent copy of everything, made by the daemon while it works.
import { isAbsolute, resolve } from 'node:path';
import type { Command } from 'commander';
import type { BackupAnswer } from '../../shared/backup.js';
import type { Client } from '../../shared/client.js';
import type { Endpoint } from '../../shared/endpoint.js';
import { EXIT, Problem } from '../../shared/problem.js';
import type { CommandContext } from '../context.js';
import { Exit } from '../exit.js';
import { examples } from '../lazy-commands.js';
import { escapeText } from '../output/escape.js';
import { addOutputOptions, formatOf, type OutputFlags } from '../output/options.js';
import { createProgress } from '../output/progress.js';
import { type ShowOptions, showOne } from '../output/show.js';
import { properties, timeProperty, type View } from '../output/view.js';

export interface BackupOptions extends ShowOptions {
  client: Pick<Client, 'backup'>;
  endpoint: Endpoint;
  /** Where the backup goes. */
  directory: string;
}

export const BACKUP_VIEW: View<BackupAnswer> = {
  fields: [
    ...properties<BackupAnswer>(['id', 'directory']),
    timeProperty<BackupAnswer>('createdAt'),
    ...properties<BackupAnswer>(['events', 'pending', 'bytes', 'eventIds']),
  ],
  row: ['directory', 'createdAt', 'events', 'bytes'],
};

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Write a backup of both databases, the keys and the settings into a directory of its own, while the daemon works. ' +
      'It is of one moment and complete; `whodid restore` takes it. Whoever can read it can read everything, and ' +
      'sign as this log: keep it as safe as the data directory. For administrators.',
  );
  examples(command, [
    ['Make one', 'whodid backup /backup/whodid-2026-11-24'],
    ['Every night, by cron', 'whodid backup "/backup/whodid-$(date +%F)" --json'],
  ]);
  command.argument(
    '<dir>',
    'an empty directory, or one that is yet to be made; on the machine of the daemon',
  );
  addOutputOptions(command, BACKUP_VIEW).action((directory: string, flags: OutputFlags) =>
    run({ ...context, client: context.client(), endpoint: context.endpoint(), directory, flags }),
  );
}

export async function run({ client, endpoint, directory, ...show }: BackupOptions): Promise<void> {
  const { io, clock, flags } = show;
  if (endpoint.kind !== 'socket' && !isAbsolute(directory)) {
    throw new Problem(
      'bad_request',
      `${directory} is a directory of the daemon's machine: give its absolute path.`,
    );
  }
  const bar = createProgress({ io, clock, totalBytes: 1, unit: 'pages' });
  const signal = io.interrupted();
  let answer: BackupAnswer;
  try {
    answer = await client.backup(resolve(directory), {
      signal,
      onProgress: ({ done, total }) => bar.show(done, total === 0 ? 1 : done / total),
    });
  } catch (error) {
    throw signal.aborted ? new Exit(EXIT.interrupted) : error;
  } finally {
    bar.clear();
  }
  if (formatOf(flags, io) !== 'table' || flags.fields !== undefined) {
    await showOne(answer, BACKUP_VIEW, show);
    return;
  }
  const events = answer.events.toLocaleString('en-US');
  const mebibytes = (answer.bytes / 1_048_576).toFixed(1);
  await io.write(
    `Backed up to ${escapeText(answer.directory)}: ${events} events, ${mebibytes} MiB. It holds the keys: keep it safe.\n`,
  );
}
