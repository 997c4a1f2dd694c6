// Asks the daemon for the rows that a list of events lacks, one question at a time; an answer that comes too late
// is told under its epoch, and dropped by whoever has gone on.
import type { AuditQuery } from '../../../shared/audit-query.js';
import type { Client } from '../../../shared/client.js';
import { Problem } from '../../../shared/problem.js';
import { typeHints } from '../../empty-answer.js';
import type { EventList } from './event-list.js';
import { type Asked, orderOf, stretchOf } from './event-window.js';
import type { ListHappening } from './list-happenings.js';
import { wantedRows } from './wanted-rows.js';

export interface RowLoaderOptions {
  client: Pick<Client, 'audit' | 'status' | 'types' | 'me'>;
  tell(happening: ListHappening): void;
  /** What the daemon answered instead of rows; the list is told of it after that. */
  onProblem?(problem: Problem): void;
  /** Something that is no problem of the daemon's: the program is wrong, and ends. */
  fail(error: unknown): void;
}

export interface RowLoader {
  /**
   * Asks for what the list lacks to show `lines` rows, unless it has been asked for.
   * @param stored a `seq` that the log is known to have reached, if one is known: it need not be asked for
   */
  serve(list: EventList, lines: number, stored?: number): void;
}

/** Rows of one page. */
const PAGE = 200;

export function createRowLoader({ client, tell, onProblem, fail }: RowLoaderOptions): RowLoader {
  let asking: number | undefined;

  async function ask(list: EventList, lines: number, stored?: number): Promise<void> {
    const wanted = wantedRows(list, lines);
    if (wanted === undefined) return;
    const { epoch } = list;
    asking = epoch;
    try {
      // The log's size before it is asked: following goes on from there without a gap.
      const storedSeq = list.loaded ? undefined : (stored ?? (await client.status()).storedSeq);
      const page = await client.audit.events(queryOf(list, wanted.asked));
      const stretch = stretchOf(page, wanted.asked);
      if (asking === epoch) asking = undefined;
      const stale = page.stale === true;
      tell({
        what: 'loaded',
        epoch,
        wanted,
        stretch,
        stale,
        ...(page.within === undefined ? {} : { within: page.within }),
        ...(storedSeq === undefined ? {} : { storedSeq }),
      });
      if (wanted.place === 'start' && page.data.length === 0 && page.next === null) {
        const hints = await typeHints({ client, include: list.filter.include });
        if (hints.length > 0) tell({ what: 'explained', epoch, hints });
      }
    } catch (error) {
      if (asking === epoch) asking = undefined;
      if (!(error instanceof Problem)) return fail(error);
      onProblem?.(error);
      const refused = error.code === 'forbidden' || error.code === 'bad_request';
      tell({ what: 'fault', epoch, reason: error.message, refused });
    }
  }

  return {
    serve(list, lines, stored) {
      if (asking !== list.epoch) void ask(list, lines, stored);
    },
  };
}

function queryOf({ filter }: EventList, asked: Asked): AuditQuery {
  const { since, until } = filter;
  const page: AuditQuery = { ...filter, order: orderOf(asked), limit: PAGE };
  if ('cursor' in asked) return { ...page, cursor: asked.cursor };
  // What is shown beside the rows follows from this query, and is recorded with it.
  const query: AuditQuery = { ...page, browse: true };
  if ('until' in asked) return { ...query, until: Math.min(asked.until, until ?? asked.until) };
  if ('since' in asked) return { ...query, since: Math.max(asked.since, since ?? asked.since) };
  return query;
}
