// The door from a command to the interactive table: whether it is wanted, and what is left when it is closed. The
// table, and React with it, is loaded behind this door alone.
import type { AuditQuery } from '../shared/audit-query.js';
import type { Client } from '../shared/client.js';
import type { ClientPaths } from '../shared/paths.js';
import { EXIT } from '../shared/problem.js';
import { Exit } from './exit.js';
import type { TtyStreams } from './io.js';
import { formatOf, type OutputFlags } from './output/options.js';
import type { ShowOptions } from './output/show.js';
import type { PagingFlags } from './pages.js';

/** The terminal for an interactive table, unless the options ask for a format, for certain fields or a number of rows. */
export function tableTerminal({ io, flags }: Pick<ShowOptions, 'io'> & { flags: OutputFlags & PagingFlags }) {
  const dated = flags.utc === true || flags.absolute === true;
  const plain = dated || flags.fields !== undefined || flags.limit !== undefined || flags.all === true;
  return formatOf(flags, io) === 'table' && !plain ? io.tty : undefined;
}

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
  const { include = {}, exclude = {}, since, until, order } = query;
  const { ended, rows, columns } = await showTable({
    tty,
    client,
    config,
    clock: show.clock,
    colour: show.io.colour,
    order,
    filter: {
      include,
      exclude,
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
    },
  });
  const io = { ...show.io, width: tty.output.columns || show.io.width };
  const left = createTableWriter({ io, columns, live: false });
  for (const row of rows) await left.write(row);
  await left.end();
  if (ended === 'interrupted') throw new Exit(EXIT.interrupted);
}
