// Serves the table: asks the daemon for the rows that the state lacks, follows the log, fetches what belongs to
// the event in the detail. One question at a time for rows; an answer that comes too late is dropped.
import type { AuditQuery } from '../../../shared/audit-query.js';
import type { Client } from '../../../shared/client.js';
import type { DataEvent } from '../../../shared/data-event.js';
import { Problem } from '../../../shared/problem.js';
import { type Asked, orderOf, stretchOf } from './event-window.js';
import type { Happening } from './happenings.js';
import { detailEvent, type TableState } from './state.js';
import { wantedRows } from './wanted.js';

export interface LoaderOptions {
  client: Pick<Client, 'audit' | 'status'>;
  tell(happening: Happening): void;
  /** Something that is no problem of the daemon's: the program is wrong, and ends. */
  fail(error: unknown): void;
  /** Runs `later` after `ms`. */
  after(ms: number, later: () => void): void;
}

export interface Loader {
  /** Looks at the state and does what it lacks. */
  serve(state: TableState): void;
  close(): void;
}

/** Rows of one page. */
const PAGE = 200;
/** Events that came in within so long are told together. */
const GATHER_MS = 50;
/** Most events of one request that the detail lists. */
const MOST_RELATED = 50;

export function createLoader({ client, tell, fail, after }: LoaderOptions): Loader {
  let asking: number | undefined;
  let following: { epoch: number; stop: AbortController } | undefined;
  let relatedTo: number | undefined;
  /** The log's size before the query of an epoch was asked: following goes on from there without a gap. */
  let since = { epoch: -1, storedSeq: 0 };

  function serveRows(state: TableState): void {
    const wanted = wantedRows(state);
    if (wanted === undefined || asking === state.epoch) return;
    const { epoch } = state;
    asking = epoch;
    void (async () => {
      try {
        if (since.epoch !== epoch) since = { epoch, storedSeq: (await client.status()).storedSeq };
        const page = await client.audit.events(queryOf(state, wanted.asked));
        const stretch = stretchOf(page, wanted.asked);
        if (asking === epoch) asking = undefined;
        tell({ what: 'loaded', epoch, wanted, stretch, stale: page.stale === true });
      } catch (error) {
        if (asking === epoch) asking = undefined;
        if (error instanceof Problem) tell({ what: 'fault', epoch, reason: error.message });
        else fail(error);
      }
    })();
  }

  function serveFollowing(state: TableState): void {
    const wanted = state.following !== 'off' && state.loaded && state.ended === undefined;
    if (following !== undefined && (!wanted || following.epoch !== state.epoch)) {
      following.stop.abort();
      following = undefined;
    }
    if (!wanted || following !== undefined) return;
    const { epoch, filter } = state;
    const stop = new AbortController();
    following = { epoch, stop };
    void follow({ epoch, filter, stop: stop.signal });
  }

  async function follow({ epoch, filter, stop }: { epoch: number; filter: AuditQuery; stop: AbortSignal }) {
    let gathered: DataEvent[] = [];
    const events = client.audit.follow(filter, {
      signal: stop,
      afterSeq: since.storedSeq,
      onConnected: () => tell({ what: 'following', epoch, following: 'on' }),
      onLost: () => tell({ what: 'following', epoch, following: 'lost' }),
    });
    try {
      for await (const event of events) {
        since.storedSeq = Math.max(since.storedSeq, event.seq);
        gathered.push(event);
        if (gathered.length > 1) continue;
        after(GATHER_MS, () => {
          const arrived = gathered;
          gathered = [];
          if (!stop.aborted) tell({ what: 'arrived', epoch, events: arrived });
        });
      }
    } catch (error) {
      if (stop.aborted) return;
      if (!(error instanceof Problem)) return fail(error);
      tell({ what: 'following', epoch, following: 'off', reason: error.message });
    }
  }

  function serveRelated(state: TableState): void {
    const event = detailEvent(state);
    if (event === undefined) relatedTo = undefined;
    if (event?.requestId === undefined || relatedTo === event.seq) return;
    const { seq, requestId } = event;
    relatedTo = seq;
    void (async () => {
      try {
        const page = await client.audit.events({
          include: { requestId: [requestId] },
          order: 'asc',
          limit: MOST_RELATED,
        });
        tell({
          what: 'related',
          related: { seq, state: 'loaded', events: page.data, more: page.next !== null },
        });
      } catch (error) {
        if (!(error instanceof Problem)) return fail(error);
        tell({ what: 'related', related: { seq, state: 'failed', reason: error.message } });
      }
    })();
  }

  return {
    serve(state) {
      serveRows(state);
      serveFollowing(state);
      serveRelated(state);
    },
    close: () => following?.stop.abort(),
  };
}

function queryOf({ filter }: TableState, asked: Asked): AuditQuery {
  const { since, until } = filter;
  const query: AuditQuery = { ...filter, order: orderOf(asked), limit: PAGE };
  if ('cursor' in asked) return { ...query, cursor: asked.cursor };
  if ('until' in asked) return { ...query, until: Math.min(asked.until, until ?? asked.until) };
  if ('since' in asked) return { ...query, since: Math.max(asked.since, since ?? asked.since) };
  return query;
}
