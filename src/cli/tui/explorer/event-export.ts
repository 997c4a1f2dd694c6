// Every event of a filter to a new file: a JSON object a line, or CSV when the name ends so.
import { open } from 'node:fs/promises';
import type { AuditFilter } from '../../../shared/audit-filter.js';
import type { Client } from '../../../shared/client.js';
import type { DataEvent } from '../../../shared/data-event.js';
import { MAX_LIMIT } from '../../../shared/page.js';
import { Problem } from '../../../shared/problem.js';
import { EVENT_VIEW } from '../../output/event-view.js';
import { createRowWriter } from '../../output/row-writer.js';
import { pickFields } from '../../output/view.js';

export interface EventExportOptions {
  client: Pick<Client, 'audit'>;
  filter: AuditFilter;
  /** Must not be there yet. */
  file: string;
  signal: AbortSignal;
  /** Called first when the file has been made. */
  onProgress(done: number): void;
}

/**
 * @returns how many events the file has; when `signal` was aborted, those that were written before
 * @throws Problem as the daemon said it, and `bad_request` for a file that cannot be written
 */
export async function exportEvents(options: EventExportOptions): Promise<number> {
  const { client, filter, file, signal, onProgress } = options;
  const handle = await open(file, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    const why =
      error.code === 'EEXIST' ? 'There is such a file already.' : `That cannot be written (${error.code}).`;
    // What can be long comes last: the reason is to be seen.
    throw new Problem('bad_request', `${why} Choose another name than ${file}.`);
  });
  try {
    const fields = pickFields(EVENT_VIEW, EVENT_VIEW.row);
    const io = { write: async (text: string) => void (await handle.write(text)) };
    const format = file.endsWith('.csv') ? ('csv' as const) : ('jsonl' as const);
    const writer = createRowWriter<DataEvent>({ format, io, fields, picked: false, live: false });
    let done = 0;
    onProgress(done);
    let cursor: string | undefined;
    while (!signal.aborted) {
      const page = await client.audit.events({
        ...filter,
        limit: MAX_LIMIT,
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const event of page.data) await writer.write(event);
      done += page.data.length;
      onProgress(done);
      if (page.next === null) break;
      cursor = page.next;
    }
    await writer.end();
    return done;
  } finally {
    await handle.close();
  }
}
