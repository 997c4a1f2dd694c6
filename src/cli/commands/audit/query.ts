// What `audit actor`, `audit target` and `audit events` have in common: a query, its pages, following.
import type { Command } from 'commander';
import type { FilterKey } from '../../../shared/audit-filter.js';
import type { AuditQuery } from '../../../shared/audit-query.js';
import type { Client } from '../../../shared/client.js';
import type { ClientPaths } from '../../../shared/paths.js';
import { EXIT, Problem } from '../../../shared/problem.js';
import { explainingNothing } from '../../empty-answer.js';
import { Exit } from '../../exit.js';
import { browseEvents, isWalked, tableTerminal, walkEvents } from '../../interactive-events.js';
import { EVENT_VIEW } from '../../output/event-view.js';
import { addOutputOptions, fieldNames, formatOf, type OutputFlags } from '../../output/options.js';
import type { ShowOptions } from '../../output/show.js';
import { showEvents, showLiveEvents } from '../../output/show-events.js';
import { pickFields } from '../../output/view.js';
import { addPagingOptions, limitOf, type PagingFlags, pagedRows } from '../../pages.js';
import { addFilterOptions, type FilterFlags, filterFlag, filterQuery } from './filter-options.js';

export type QueryFlags = FilterFlags & OutputFlags & PagingFlags & { follow?: boolean };

export interface QueryOptions extends ShowOptions {
  client: Client;
  flags: QueryFlags;
  /** Where an interactive table keeps its preferences; without it there is no such table. */
  config?: Pick<ClientPaths, 'dir'>;
  /** What the command itself asks for, besides the filters. */
  subject?: { key: FilterKey; value: string };
}

/** Declares every option of a query. */
export function addQueryOptions(command: Command): Command {
  addFilterOptions(command);
  addPagingOptions(command).option(
    '--follow',
    'show new events as they are stored, until Ctrl-C (with --since, those since then first)',
  );
  return addOutputOptions(command, EVENT_VIEW);
}

/**
 * Asks and shows.
 * @throws Problem for options that do not fit and as the daemon said it; Exit with 130 when following was ended
 * by Ctrl-C
 */
export async function runQuery({ client, subject, ...show }: QueryOptions): Promise<void> {
  const { flags } = show;
  // All that can be wrong with the options comes up before the daemon is asked: asking is recorded.
  formatOf(flags, show.io);
  pickFields(EVENT_VIEW, fieldNames(flags) ?? []);
  const query = withSubject(filterQuery(flags, show.clock()), subject);
  if (flags.follow) return follow(client, query, show, flags);
  const limit = limitOf(flags);
  const { config } = show;
  if (isWalked({ io: show.io, flags }) && config !== undefined)
    return walkEvents({ ...show, client, config, query });
  const tty = tableTerminal({ io: show.io, flags });
  if (tty !== undefined && show.config !== undefined) {
    return browseEvents({ ...show, config: show.config, client, tty, query });
  }
  const rows = pagedRows(page => client.audit.events({ ...query, ...page }), limit);
  const { include = {} } = query;
  await showEvents(explainingNothing(rows, { client, include, flagOf: filterFlag }), show, include);
}

function withSubject(query: AuditQuery, subject: QueryOptions['subject']): AuditQuery {
  if (subject === undefined) return query;
  const { key, value } = subject;
  if (query.include?.[key] !== undefined) {
    throw new Problem('bad_request', `This command asks for one ${key} already: use audit events for more.`);
  }
  return { ...query, include: { ...query.include, [key]: [value] } };
}

async function follow(
  client: Client,
  query: AuditQuery,
  show: ShowOptions,
  flags: QueryFlags,
): Promise<void> {
  if (query.order === 'desc') {
    throw new Problem(
      'bad_request',
      '--follow shows events in the order in which they come: leave out --order.',
    );
  }
  const { order: _order, ...filter } = query;
  const limit = flags.limit === undefined ? Number.POSITIVE_INFINITY : limitOf(flags);
  const { io } = show;
  const signal = io.interrupted();
  let state: 'opening' | 'open' | 'lost' = 'opening';
  const events = (opened: () => void) =>
    client.audit.follow(filter, {
      signal,
      ...(filter.since === undefined ? {} : { afterSeq: 0 }),
      onLost: () => {
        if (state !== 'lost')
          io.writeError('The connection to the daemon is lost; trying again until it is back.\n');
        state = 'lost';
      },
      onConnected: () => {
        if (state === 'lost') io.writeError('Connected again; nothing was missed.\n');
        else if (io.terminal) io.writeError('Following: events show as they are stored. Ctrl-C ends.\n');
        state = 'open';
        opened();
      },
    });
  await showLiveEvents({ events, limit, include: query.include }, show);
  if (signal.aborted) throw new Exit(EXIT.interrupted);
}
