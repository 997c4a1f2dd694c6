import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type FetchPage, limitOf, pagedRows } from '#src/cli/pages.js';

/** Pages of numbers, some short and one empty, as a log that is read in windows gives them. */
const PAGES: Record<string, { data: number[]; next: string | null }> = {
  start: { data: [1, 2], next: 'b' },
  b: { data: [], next: 'c' },
  c: { data: [3, 4, 5], next: 'd' },
  d: { data: [6], next: null },
};

function pages(asked: { limit: number; cursor?: string }[] = []): FetchPage<number> {
  return async page => {
    asked.push(page);
    const { data, next } = PAGES[page.cursor ?? 'start'] ?? { data: [], next: null };
    return { data: data.slice(0, page.limit), next, prev: null };
  };
}

async function collected(rows: AsyncIterable<number>): Promise<number[]> {
  const all: number[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

test('a short or empty page with a next one is not the end', async () => {
  const rows = pagedRows(pages(), Number.POSITIVE_INFINITY);
  assert.equal(await collected(rows), [1, 2, 3, 4, 5, 6]);
  assert.equal(rows.notices?.(), []);
});

test('no more is asked for than is still wanted, and a cut list says so', async () => {
  const asked: { limit: number; cursor?: string }[] = [];
  const rows = pagedRows(pages(asked), 4);
  assert.equal(await collected(rows), [1, 2, 3, 4]);
  assert.equal(asked, [{ limit: 4 }, { limit: 2, cursor: 'b' }, { limit: 2, cursor: 'c' }]);
  assert.equal(rows.notices?.(), ['Stopped after 4; --limit N or --all shows more.']);
});

test('a list that ends at its limit is not cut', async () => {
  const rows = pagedRows(pages(), 6);
  assert.is((await collected(rows)).length, 6);
  assert.equal(rows.notices?.(), []);
});

test('a page is asked for when its rows are wanted, and not before', async () => {
  const asked: { limit: number; cursor?: string }[] = [];
  for await (const row of pagedRows(pages(asked), 50)) if (row === 2) break;
  assert.is(asked.length, 1);
});

test('a stale answer is told', async () => {
  const rows = pagedRows<number>(async () => ({ data: [1], next: null, prev: null, stale: true }), 50);
  await collected(rows);
  assert.match((await rows.notices?.())?.join() ?? '', /newest events may be missing/);
});

test('--limit and --all', () => {
  assert.is(limitOf({}), 50);
  assert.is(limitOf({ limit: '2000' }), 2000);
  assert.is(limitOf({ all: true }), Number.POSITIVE_INFINITY);
  for (const limit of ['0', '-1', '1.5', 'many', '', '1e3']) {
    assert.throws(() => limitOf({ limit }), /--limit takes a whole number from 1/, limit);
  }
  assert.throws(() => limitOf({ limit: '5', all: true }), /Only one of --limit and --all/);
});

test('a history that goes no further back says up to where events were removed', async () => {
  const rows = pagedRows(
    async ({ cursor }) =>
      cursor === undefined
        ? { data: [1], next: 'a', prev: null }
        : { data: [2], next: null, prev: null, removedThrough: 350 },
    Number.POSITIVE_INFINITY,
  );
  const shown: number[] = [];
  for await (const row of rows) shown.push(row);
  assert.equal(shown, [1, 2]);
  assert.equal(await rows.notices?.(), [
    'The events up to 350 were removed: they were as old as the log is kept. What was before is not told.',
  ]);
});

test.run();
