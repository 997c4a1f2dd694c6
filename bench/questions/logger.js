// How fast does the logger store what has gathered, with hashes, tree, index and counts, compared with plain inserts of
// the same facts under as many indexes, and with a table that has two?
import { createLogger } from '#src/daemon/audit/logger.js';
import { openIndexedEvents } from '../baselines/indexed-events.js';
import { openRawEvents } from '../baselines/raw-events.js';
import { makeHome } from '../harness/daemon-site.js';
import { eventsOf } from '../harness/events.js';
import { openStore } from '../harness/logs.js';
import { median } from '../harness/numbers.js';
import { inTurns, ratio } from '../harness/turns.js';

/** Events of one commit, as under load, and of one batch of the plain inserts. */
const COMMIT = 20;
const BATCH = 1_000;

/** @param {import('../run.js').Bench} bench */
export async function logger(bench) {
  const { backlog } = bench.sizes;
  // As the outbox holds them: parsing is part of draining.
  const rows = [];
  for (let from = 1; from <= backlog; from += COMMIT) {
    rows.push(JSON.stringify(eventsOf(from, Math.min(from + COMMIT - 1, backlog), backlog)));
  }
  const turns = {
    async logger() {
      const { home, remove } = await makeHome();
      const store = openStore(home);
      const log = createLogger({
        queue: queueOf(rows),
        store,
        onAppended() {},
        warn: sentence => bench.say(sentence),
      });
      const began = performance.now();
      log.finish();
      await log.run();
      const seconds = (performance.now() - began) / 1000;
      const { size } = await store.head();
      store.close();
      remove();
      if (size !== backlog) throw new Error(`${size} of ${backlog} events were stored.`);
      return backlog / seconds;
    },
    indexed: () => inserted(openIndexedEvents),
    twoIndexes: () => inserted(openRawEvents),
  };

  /** @param {typeof openRawEvents | typeof openIndexedEvents} open */
  async function inserted(open) {
    const { home, remove } = await makeHome();
    const table = open(`${home}/raw.db`);
    const began = performance.now();
    for (let at = 0; at < rows.length; at += BATCH / COMMIT) {
      table.insertBatch(rows.slice(at, at + BATCH / COMMIT).flatMap(row => JSON.parse(row)));
    }
    const seconds = (performance.now() - began) / 1000;
    table.close();
    remove();
    return backlog / seconds;
  }

  const measured = await inTurns(turns, Math.min(3, bench.sizes.rounds));
  const rate = (what, side) => ({ what, value: median(measured[side]), unit: 'events/s' });
  return [
    rate(`logger, draining a backlog of ${backlog.toLocaleString('en-US')}`, 'logger'),
    rate('plain inserts in batches of 1,000, an index for every filter', 'indexed'),
    {
      what: 'logger / those',
      ...ratio(measured.logger, measured.indexed),
      unit: 'times',
      reach: { atLeast: 0.5 },
    },
    rate('plain inserts of JSON with two indexes', 'twoIndexes'),
    { what: 'logger / those', ...ratio(measured.logger, measured.twoIndexes), unit: 'times' },
  ];
}

/** A queue over rows of an outbox. */
function queueOf(rows) {
  return {
    async read(cursor, maxEvents) {
      let at = cursor === null ? 0 : Number(cursor);
      const events = [];
      while (at < rows.length && events.length < maxEvents) events.push(...JSON.parse(rows[at++]));
      return { events, cursor: String(at) };
    },
  };
}
