// The cursors of audit queries as callers get them: sealed, each good for whoever got it.
import { Problem } from '../../shared/problem.js';
import type { Caller } from './caller.js';
import type { Seals } from './seals.js';

interface Cursors {
  next: string | null;
  prev: string | null;
}

export function createPageCursors(seals: Seals) {
  return {
    /** The cursor as the log knows it. @throws Problem `bad_request` for one that the caller was not given */
    opened(caller: Caller, sealed: string | undefined): { cursor?: string } {
      if (sealed === undefined) return {};
      const cursor = seals.open(caller, 'cursor', sealed);
      if (cursor !== undefined) return { cursor };
      const reason = 'is not one that you were given';
      throw new Problem('bad_request', `The cursor ${reason}. Ask again without it.`, {
        errors: [{ field: 'cursor', reason }],
      });
    },

    /** The page with cursors for the caller. */
    sealed<Page extends Cursors>(caller: Caller, page: Page): Page {
      const seal = (cursor: string | null) => (cursor === null ? null : seals.seal(caller, 'cursor', cursor));
      return { ...page, next: seal(page.next), prev: seal(page.prev) };
    },
  };
}

export type PageCursors = ReturnType<typeof createPageCursors>;
