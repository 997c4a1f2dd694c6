// Serves the table: the rows that the state lacks, following, and what belongs to the event in the detail.
import type { Client } from '../../../shared/client.js';
import { Problem } from '../../../shared/problem.js';
import { createFollower } from '../events/follower.js';
import { createRowLoader } from '../events/row-loader.js';
import type { Happening } from './happenings.js';
import { bodyLines, detailEvent, isTooSmall, type TableState } from './state.js';

export interface LoaderOptions {
  client: Pick<Client, 'audit' | 'status' | 'types' | 'me'>;
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

/** Most events of one request that the detail lists. */
const MOST_RELATED = 50;

export function createLoader({ client, tell, fail, after }: LoaderOptions): Loader {
  const rows = createRowLoader({ client, tell, fail });
  const follower = createFollower({
    client,
    tell,
    fail,
    after,
    onProblem: ({ message }) => tell({ what: 'notice', notice: message }),
  });
  let relatedTo: number | undefined;

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
          ...(state.within === undefined ? {} : { within: state.within }),
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
      if (state.ended !== undefined) return follower.close();
      if (!isTooSmall(state)) rows.serve(state, bodyLines(state));
      follower.serve(state);
      serveRelated(state);
    },
    close: follower.close,
  };
}
