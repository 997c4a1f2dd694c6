// The door from a command to the interactive table: whether it is wanted, and what is left when it is closed. The
// table, and React with it, is loaded behind this door alone.
import type { AuditFilter } from '../shared/audit-filter.js';
import type { AuditQuery } from '../shared/audit-query.js';
import type { Client } from '../shared/client.js';
import type { ClientPaths } from '../shared/paths.js';
import { EXIT } from '../shared/problem.js';
import { Exit } from './exit.js';
import { formatFilterLine } from './filter-line.js';
import type { TtyStreams } from './io.js';
import { formatOf, type OutputFlags } from './output/options.js';
import type { ShowOptions } from './output/show.js';
import type { PagingFlags } from './pages.js';

/** Whether the options ask for a format, for certain fields or a number of rows: then nothing is interactive. */
function isPlain({ io, flags }: Pick<ShowOptions, 'io'> & { flags: OutputFlags & PagingFlags }): boolean {
  const picked = flags.fields !== undefined || flags.limit !== undefined || flags.all === true;
  return formatOf(flags, io) !== 'table' || picked;
}

/** The terminal for an interactive table. */
export function tableTerminal(asked: Pick<ShowOptions, 'io'> & { flags: OutputFlags & PagingFlags }) {
  return isPlain(asked) ? undefined : asked.io.tty;
}

/** Whether the events are to be walked through in lines. */
export function isWalked(asked: Pick<ShowOptions, 'io'> & { flags: OutputFlags & PagingFlags }): boolean {
  return asked.io.accessible === true && !isPlain(asked);
}

/** The events of a query in lines, for screen readers. @throws Exit with 130 when it was ended by Ctrl-C */
export async function walkEvents(
  show: ShowOptions & { client: Client; config: Pick<ClientPaths, 'dir'>; query: AuditQuery },
): Promise<void> {
  const { walkLog } = await import('./accessible/walk-log.js');
  const { query } = show;
  const filter = filterOf(query);
  const label = formatFilterLine(filter) || 'everything';
  // Tables are for looking: records are changed in the explorer.
  await walkLog({ ...show, filter, label, order: query.order, readOnly: true });
}

const filterOf = ({ include = {}, exclude = {}, since, until }: AuditQuery): AuditFilter => ({
  include,
  exclude,
  ...(since === undefined ? {} : { since }),
  ...(until === undefined ? {} : { until }),
});

export interface BrowseOptions extends ShowOptions {
  client: Client;
  config: Pick<ClientPaths, 'dir'>;
  tty: TtyStreams;
  query: AuditQuery;
}

/**
 * Shows the events of a query in an interactive table; the rows that were on the screen last stay.
 * @throws Exit with 130 when it was ended by Ctrl-C or a signal
 */
export async function browseEvents({ client, config, tty, query, ...show }: BrowseOptions): Promise<void> {
  // React looks at this when it is loaded; its development build takes twice as long for each key.
  process.env.NODE_ENV ??= 'production';
  const { showTable } = await import('./tui/table/show-table.js');
  const { createTableWriter } = await import('./output/table.js');
  const { ended, rows, columns } = await showTable({
    tty,
    client,
    config,
    clock: show.clock,
    colour: show.io.colour,
    order: query.order,
    filter: filterOf(query),
    times: show.flags,
  });
  const io = { ...show.io, width: tty.output.columns || show.io.width };
  const left = createTableWriter({ io, columns, live: false });
  for (const row of rows) await left.write(row);
  await left.end();
  if (ended === 'interrupted') throw new Exit(EXIT.interrupted);
}
