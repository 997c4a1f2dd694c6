// whodid audit history: the life of one object, a line for each request.
import type { Command } from 'commander';
import { Option } from 'commander';
import type { Client, HistoryQuery } from '../../../shared/client.js';
import { formatRef } from '../../../shared/object-ref.js';
import { Problem } from '../../../shared/problem.js';
import { ORDERS } from '../../../shared/vocabulary.js';
import type { CommandContext } from '../../context.js';
import { explainingNothing } from '../../empty-answer.js';
import { examples } from '../../lazy-commands.js';
import { objectArgument } from '../../object-argument.js';
import { HISTORY_VIEW, historyText } from '../../output/history-view.js';
import { addOutputOptions, fieldNames, formatOf, type OutputFlags } from '../../output/options.js';
import { type ShowOptions, showRows } from '../../output/show.js';
import { pickFields } from '../../output/view.js';
import { pagedOutput } from '../../pager.js';
import { addPagingOptions, limitOf, type PagingFlags, pagedRows } from '../../pages.js';
import { parseTime } from '../../time.js';
import { filterFlag } from './filter-options.js';

interface HistoryFlags extends OutputFlags, PagingFlags {
  field?: string;
  since?: string;
  until?: string;
  order?: string;
}

export interface HistoryOptions extends ShowOptions {
  client: Client;
  /** `TYPE ID` or `TYPE:ID`. */
  object: string[];
  flags: HistoryFlags;
}

export function register(command: Command, context: CommandContext): void {
  command.description(
    'The life of one object, newest first: a line for each request with what it changed, views folded between them.',
  );
  examples(command, [
    ['How it came to this', 'whodid audit history users 1'],
    ['One field alone', 'whodid audit history users 1 --field email'],
    ['From its beginning', 'whodid audit history notes:17 --order asc'],
    ['For another program', 'whodid audit history files fastify.js --all --jsonl'],
  ]);
  command
    .argument('<object...>', 'TYPE ID, or TYPE:ID')
    .option('--field <name>', 'changes of this field alone')
    .option('--since <time>', 'not before: 2h, 3d, today, yesterday, or a date')
    .option('--until <time>', 'before: the same words')
    .addOption(new Option('--order <order>', 'desc: newest first (as it is), asc: oldest first'));
  addPagingOptions(command);
  addOutputOptions(command, HISTORY_VIEW).action((object: string[], flags: HistoryFlags) =>
    run({ ...context, client: context.client(), object, flags }),
  );
}

export async function run({ client, object, ...show }: HistoryOptions): Promise<void> {
  const { flags, io } = show;
  const target = objectArgument(object);
  const names = fieldNames(flags);
  pickFields(HISTORY_VIEW, names ?? []);
  const forPeople = formatOf(flags, io) === 'table' && names === undefined;
  const query = queryOf(flags, show.clock());
  const lines = pagedRows(page => client.audit.history(target, { ...query, ...page }), limitOf(flags));
  const include = {
    target: [formatRef(target.type, target.id)],
    ...(flags.field === undefined ? {} : { field: [flags.field] }),
  };
  const rows = explainingNothing(lines, { client, include, flagOf: filterFlag });
  if (!forPeople) return showRows(rows, HISTORY_VIEW, show);
  const paged = pagedOutput(io);
  let found = false;
  try {
    for await (const line of rows) {
      found = true;
      await paged.io.write(historyText(line, io, flags));
    }
  } finally {
    await paged.end();
  }
  if (!found) io.writeError('Nothing found.\n');
  for (const notice of (await rows.notices?.()) ?? []) io.writeError(`${notice}\n`);
}

function queryOf({ field, since, until, order }: HistoryFlags, now: number): HistoryQuery {
  const known = ORDERS.find(word => word === order);
  if (order !== undefined && known === undefined) {
    throw new Problem('bad_request', `--order takes ${ORDERS.join(' or ')}, not "${order}".`);
  }
  return {
    ...(field === undefined ? {} : { field }),
    ...(since === undefined ? {} : { since: parseTime(since, now, '--since') }),
    ...(until === undefined ? {} : { until: parseTime(until, now, '--until') }),
    ...(known === undefined ? {} : { order: known }),
  };
}
