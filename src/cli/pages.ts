// One list out of many pages: goes on by cursor until enough was seen or nothing is left.
import type { Command } from 'commander';
import type { Page } from '../shared/api.js';
import { DEFAULT_LIMIT, MAX_LIMIT } from '../shared/page.js';
import { Problem } from '../shared/problem.js';
import type { Rows } from './output/show.js';

export interface PagingFlags {
  limit?: string;
  all?: boolean;
}

/** Declares `--limit` and `--all`. */
export function addPagingOptions(command: Command): Command {
  return command
    .option('--limit <n>', `show at most so many (${DEFAULT_LIMIT})`)
    .option('--all', 'show all, however many');
}

/**
 * How many to show; `Infinity` for all.
 * @throws Problem `bad_request` for anything but a positive integer, and for both at once
 */
export function limitOf({ limit, all }: PagingFlags): number {
  if (limit === undefined) return all ? Number.POSITIVE_INFINITY : DEFAULT_LIMIT;
  if (all) throw new Problem('bad_request', 'Only one of --limit and --all can be had.');
  if (!/^[1-9]\d{0,14}$/.test(limit)) {
    throw new Problem('bad_request', `--limit takes a whole number from 1, not "${limit}".`);
  }
  return Number(limit);
}

/** Said on stderr of an answer that is `stale`. */
export const CATCHING_UP = 'The log is catching up: the newest events may be missing. Ask again in a moment.';

/** Said of an answer that goes back to where the log begins. */
export const olderWereRemoved = (through: number) =>
  `The events up to ${through} were removed: they were as old as the log is kept. What was before is not told.`;

/** Asks for one page. */
export type FetchPage<Row> = (page: { limit: number; cursor?: string }) => Promise<Page<Row>>;

/**
 * The rows of page after page. A page may be short or empty and still have a next one: only `next: null` is the
 * end. The next page is asked for when its rows are wanted, so a slow reader slows the asking down.
 */
export function pagedRows<Row>(fetchPage: FetchPage<Row>, limit: number): Rows<Row> {
  let shown = 0;
  let cut = false;
  let stale = false;
  let removedThrough: number | undefined;

  async function* rows(): AsyncGenerator<Row> {
    let cursor: string | undefined;
    for (;;) {
      const page = await fetchPage({
        limit: Math.min(limit - shown, MAX_LIMIT),
        ...(cursor === undefined ? {} : { cursor }),
      });
      if (page.stale) stale = true;
      removedThrough ??= page.removedThrough;
      for (const row of page.data) {
        yield row;
        shown += 1;
      }
      if (page.next === null) return;
      if (shown >= limit) {
        cut = true;
        return;
      }
      cursor = page.next;
    }
  }

  return {
    [Symbol.asyncIterator]: rows,
    notices: () => [
      ...(stale ? [CATCHING_UP] : []),
      ...(removedThrough === undefined ? [] : [olderWereRemoved(removedThrough)]),
      ...(cut ? [`Stopped after ${shown}; --limit N or --all shows more.`] : []),
    ],
  };
}
