// Does the past of one object stay instant? History, blame and state of a record with ten thousand changes, in a log
// of a million events, and the statistics of that log; from the query thread's own reader, without HTTP.
import { openSqliteLogReader } from '#src/daemon/audit/sqlite-log-reader.js';
import { EVERYTHING } from '#src/shared/audit-filter.js';
import { HOT_ACTOR, HOT_TARGET } from '../harness/events.js';
import { makeLog } from '../harness/logs.js';
import { eventsWithLongLife, LONG_LIVED, timeOf } from '../harness/long-life.js';
import { median } from '../harness/numbers.js';
import { inTurns } from '../harness/turns.js';

/** Of so many events one is a change of the record. */
const EVERY = 100;

/** Answers of one measurement. */
const ANSWERS = 7;

const MOST_MS = 50;

const ref = ({ type, id }) => `${type}:${id}`;

/** @param {import('../run.js').Bench} bench */
export async function history(bench) {
  const size = bench.sizes.log;
  const changes = size / EVERY;
  const log = await makeLog(size, { eventOf: eventsWithLongLife(size, changes) });
  bench.cleanup.add(() => log.remove());
  const reader = openSqliteLogReader(log.file);
  bench.cleanup.add(() => reader.close());

  const question = moment => ({
    target: ref(LONG_LIVED),
    managed: true,
    moment,
    recorded: { createdInFull: true },
  });
  const page = (order, include = {}) =>
    reader.history({
      target: ref(LONG_LIVED),
      managed: true,
      filter: { include, exclude: {} },
      order,
      limit: 50,
      withContext: true,
    });
  const stats = include =>
    reader.stats({ filter: { ...EVERYTHING, include }, limit: 10, timeZone: 'Europe/Berlin' });
  const asked = {
    'history, newest 50': () => page('desc'),
    'history, oldest 50': () => page('asc'),
    'history of one field, newest 50': () => page('desc', { field: ['words'] }),
    blame: () => reader.blame(question({})),
    'state of now': () => reader.objectState(question({})),
    'state of the middle': () => reader.objectState(question({ time: timeOf(size / 2, size) })),
    'state near the beginning': () => reader.objectState(question({ time: timeOf(size / 50, size) })),
  };
  const counted = {
    'statistics of the log': () => stats({}),
    'statistics of a tenth of it, an actor': () => stats({ actor: [ref(HOT_ACTOR)] }),
    'statistics of half of it, a target': () => stats({ target: [ref(HOT_TARGET)] }),
  };
  for (const [name, ask] of Object.entries({ ...asked, ...counted })) requireAnswer(name, await ask());
  const sides = Object.fromEntries(
    Object.entries({ ...asked, ...counted }).map(([name, ask]) => [name, () => milliseconds(ask)]),
  );
  const measured = await inTurns(sides, bench.sizes.rounds);
  const words = count => count.toLocaleString('en-US');
  const figures = Object.keys(sides).map(name => ({
    what: name in asked ? `${name}, ${words(changes)} changes in ${words(size)} events` : name,
    value: median(measured[name]),
    low: Math.min(...measured[name]),
    high: Math.max(...measured[name]),
    unit: 'ms',
    reach: { atMost: MOST_MS },
  }));
  return figures;
}

/** @throws Error for an answer about nothing: its time would say nothing */
function requireAnswer(name, answer) {
  const isAbout =
    answer !== null &&
    (Array.isArray(answer) ? answer.length > 0 : (answer.count ?? answer.events ?? answer.seq) > 0);
  if (!isAbout) throw new Error(`The bench asked for ${name} and got nothing: ${JSON.stringify(answer)}.`);
}

/** The median of some answers, without the first, which warms up. */
async function milliseconds(ask) {
  const times = [];
  for (let round = 0; round <= ANSWERS; round += 1) {
    const began = performance.now();
    await ask();
    if (round > 0) times.push(performance.now() - began);
  }
  return median(times);
}
