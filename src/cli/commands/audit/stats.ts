// whodid audit stats: who and what is busiest, what was done and when.
import type { Command } from 'commander';
import type { Client } from '../../../shared/client.js';
import { MAX_LIMIT } from '../../../shared/page.js';
import { Problem } from '../../../shared/problem.js';
import type { CommandContext } from '../../context.js';
import { examples } from '../../lazy-commands.js';
import { addOutputOptions, fieldNames, formatOf, type OutputFlags } from '../../output/options.js';
import { type ShowOptions, showOne, showRows } from '../../output/show.js';
import { statsScreen } from '../../output/stats-screen.js';
import { STATS_ROW_VIEW, STATS_VIEW, statsRows } from '../../output/stats-view.js';
import { pickFields } from '../../output/view.js';
import { addConditionOptions, type FilterFlags, filterQuery } from './filter-options.js';

export type StatsFlags = FilterFlags & OutputFlags & { limit?: string; timeZone?: string };

export interface StatsOptions extends ShowOptions {
  client: Pick<Client, 'audit'>;
  /** The time zone of the terminal, an IANA name. */
  localZone: string;
  flags: StatsFlags;
}

/** How many of the busiest a terminal of 24 lines has room for. */
const SHOWN_BUSIEST = 5;

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Who and what is busiest, what was done over time, by weekday and hour, first and last seen: of the whole log, an ' +
      'actor or a target at once however long it is; with other filters, counted from the events.',
  );
  examples(command, [
    ['The whole log', 'whodid audit stats'],
    ['One actor', 'whodid audit stats --actor users:1'],
    ['One object, for another program', 'whodid audit stats --target notes:17 --json'],
    ['The last week', 'whodid audit stats --since 7d'],
  ]);
  addConditionOptions(command)
    .option('--limit <n>', `so many of the busiest, at most ${MAX_LIMIT}`)
    .option('--time-zone <name>', 'of days and hours, e.g. Europe/Berlin; UTC for programs, else as here');
  addOutputOptions(command, STATS_VIEW, STATS_ROW_VIEW).action((flags: StatsFlags) =>
    run({
      ...context,
      client: context.client(),
      localZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      flags,
    }),
  );
}

export async function run({ client, localZone, ...show }: StatsOptions): Promise<void> {
  const { flags, io } = show;
  const names = fieldNames(flags);
  const format = formatOf(flags, io);
  const asObject = format === 'json' || format === 'jsonl';
  const forPeople = format === 'table' && names === undefined;
  pickFields<never>(asObject ? STATS_VIEW : STATS_ROW_VIEW, names ?? []);
  const limit = limitOf(flags.limit) ?? (forPeople ? SHOWN_BUSIEST : undefined);
  const stats = await client.audit.stats({
    ...filterQuery(flags, show.clock()),
    timeZone: flags.timeZone ?? (forPeople ? localZone : 'UTC'),
    ...(limit === undefined ? {} : { limit }),
  });
  if (forPeople) await io.write(statsScreen(stats, io));
  else if (asObject) await showOne(stats, STATS_VIEW, show);
  else await showRows(statsRows(stats), STATS_ROW_VIEW, show);
  if (stats.stale) io.writeError('The log is catching up: the newest events may be missing.\n');
  if (stats.partial) {
    io.writeError(
      'Not all was counted: with filters only the newest events, of very many actors or targets only the busy ones.\n',
    );
  }
}

function limitOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,3}$/.test(text) && Number(text) <= MAX_LIMIT) return Number(text);
  throw new Problem('bad_request', `--limit takes a whole number from 1 to ${MAX_LIMIT}, not "${text}".`);
}
