// Does asking stay instant however long the log grows? Pages of the query thread's own reader, without HTTP.
import { openSqliteLogReader } from '#src/daemon/audit/sqlite-log-reader.js';
import { HOT_ACTOR, HOT_TARGET } from '../harness/events.js';
import { median, quantile } from '../harness/numbers.js';
import { SMALL_LOG } from '../harness/sizes.js';
import { inTurns, ratio } from '../harness/turns.js';

const LIMIT = 50;

/** Pages asked for one measurement. */
const PAGES = 200;

const ref = ({ type, id }) => `${type}:${id}`;
const ASKED = [
  { name: 'a target among many', column: 'target', value: 'articles:7' },
  { name: 'a target of half the log', column: 'target', value: ref(HOT_TARGET) },
  { name: 'an actor among many', column: 'actor', value: 'users:3' },
  { name: 'an actor of a tenth of the log', column: 'actor', value: ref(HOT_ACTOR) },
];

/** Filters that are asked alone and in pairs, with a common and a rare value where there are such. */
const FILTERS = {
  action: ['viewed', 'changed'],
  outcome: ['success', 'denied'],
  actor: [ref(HOT_ACTOR), 'users:3'],
  target: [ref(HOT_TARGET), 'articles:7'],
  eventName: ['articles.viewed', 'articles.words.changed'],
  field: ['words'],
  ip: ['10.0.3.7'],
  sessionId: ['session of 3'],
  source: ['data-layer'],
};

/** @param {import('../run.js').Bench} bench */
export async function pages(bench) {
  const small = await openLog(bench, SMALL_LOG);
  const large = await openLog(bench, bench.sizes.log);
  const size = bench.sizes.log.toLocaleString('en-US');
  const figures = [];
  for (const { name, column, value } of ASKED) {
    const filter = { include: { [column]: [value] }, exclude: {} };
    const measured = await inTurns(
      {
        small: () => perPage(() => small.page(filter)),
        large: () => perPage(() => large.page(filter)),
        raw: () => perPage(async () => large.log.raw.newest(column, value, LIMIT)),
      },
      bench.sizes.rounds,
    );
    figures.push({
      what: `newest ${LIMIT} of ${name}, of ${size}`,
      value: median(measured.large),
      unit: 'µs',
    });
    figures.push({
      what: '  over the same of 10,000',
      ...ratio(measured.large, measured.small),
      unit: 'times',
      reach: { atMost: 1.5 },
    });
    figures.push({
      what: '  over a plain SELECT of the same rows',
      ...ratio(measured.large, measured.raw),
      unit: 'times',
      reach: { atMost: 2 },
    });
  }
  return [...figures, ...(await filters(bench, large, size))];
}

async function openLog(bench, size) {
  const log = await bench.log(size);
  const reader = openSqliteLogReader(log.file);
  bench.cleanup.add(() => reader.close());
  const page = (filter, cursor) =>
    reader.page({
      filter,
      order: 'desc',
      limit: LIMIT,
      withContext: true,
      ...(cursor === undefined ? {} : { cursor }),
    });
  return { log, page };
}

/** Microseconds of one page. */
async function perPage(page) {
  await page();
  const began = performance.now();
  for (let asked = 0; asked < PAGES; asked += 1) await page();
  return ((performance.now() - began) * 1000) / PAGES;
}

/** Each filter alone and each pair: the slowest of many pages. */
async function filters(bench, large, size) {
  const single = Object.entries(FILTERS).flatMap(([key, values]) =>
    values.map(value => ({ [key]: [value] })),
  );
  const pairs = single.flatMap((one, index) =>
    single
      .slice(index + 1)
      .filter(other => Object.keys(other)[0] !== Object.keys(one)[0])
      .map(other => ({ ...one, ...other })),
  );
  const figures = [];
  for (const [name, asked] of [
    ['each single filter', single],
    ['each pair of filters', pairs],
  ]) {
    let worst = { p99: 0, include: {} };
    for (const include of asked) {
      const p99 = await slowestPage(large, { include, exclude: {} }, bench.sizes.rounds * 10);
      if (p99 > worst.p99) worst = { p99, include };
    }
    const slowest = Object.entries(worst.include)
      .map(([key, [value]]) => `${key}=${value}`)
      .join(' ');
    figures.push({
      what: `${name}, of ${size}: p99 of a page, the slowest (${slowest})`,
      value: worst.p99,
      unit: 'ms',
      reach: { atMost: 20 },
    });
  }
  return figures;
}

/** p99 over pages walked one after the other. */
async function slowestPage({ page }, filter, count) {
  const times = [];
  let cursor;
  for (let asked = 0; asked < count; asked += 1) {
    const began = performance.now();
    const { next } = await page(filter, cursor);
    times.push(performance.now() - began);
    cursor = next ?? undefined;
  }
  return quantile(times, 0.99);
}
