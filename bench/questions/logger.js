// How fast does the logger store what has gathered, with hashes, tree, index and counts, compared with plain inserts?
import { createLogger } from '#src/daemon/audit/logger.js';
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
    async raw() {
      const { home, remove } = await makeHome();
      const raw = openRawEvents(`${home}/raw.db`);
      const began = performance.now();
      for (let at = 0; at < rows.length; at += BATCH / COMMIT) {
        raw.insertBatch(rows.slice(at, at + BATCH / COMMIT).flatMap(row => JSON.parse(row)));
      }
      const seconds = (performance.now() - began) / 1000;
      raw.close();
      remove();
      return backlog / seconds;
    },
  };
  const measured = await inTurns(turns, Math.min(3, bench.sizes.rounds));
  return [
    {
      what: `logger, draining a backlog of ${backlog.toLocaleString('en-US')}`,
      value: median(measured.logger),
      unit: 'events/s',
    },
    { what: 'plain inserts in batches of 1,000', value: median(measured.raw), unit: 'events/s' },
    {
      what: 'logger / plain inserts',
      ...ratio(measured.logger, measured.raw),
      unit: 'times',
      reach: { atLeast: 0.5 },
    },
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
