// `npm run bench [-- NAME… --quick|--full --events N]`: runs the benches, prints what they measured beside what is to be
// reached, and writes bench/results.json. docs/performance.md explains the figures.
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { cleanups } from './harness/cleanup.js';
import { startLoad } from './harness/load.js';
import { makeLog } from './harness/logs.js';
import { printFigures } from './harness/print.js';
import { SIZES } from './harness/sizes.js';
import { commands } from './questions/commands.js';
import { history } from './questions/history.js';
import { lag } from './questions/lag.js';
import { lists } from './questions/lists.js';
import { logger } from './questions/logger.js';
import { noise } from './questions/noise.js';
import { pages } from './questions/pages.js';
import { report } from './questions/report.js';
import { requests } from './questions/requests.js';
import { size } from './questions/size.js';
import { whole } from './questions/whole.js';

/**
 * @typedef {object} Bench what a question gets
 * @property {import('./harness/sizes.js').Sizes} sizes
 * @property {() => ReturnType<typeof startLoad>} load the process that makes load, started when it is first asked for
 * @property {(size: number) => ReturnType<typeof makeLog>} log a log of so many events, made when it is first asked for and shared by all benches
 * @property {ReturnType<typeof cleanups>} cleanup
 * @property {(line: string) => void} say
 *
 * @typedef {object} Figure
 * @property {string} what
 * @property {number} value the median, where there were rounds
 * @property {string} unit
 * @property {number} [low] the ends over all rounds
 * @property {number} [high]
 * @property {{ atLeast: number } | { atMost: number }} [reach]
 */

/** Every bench by its name. @type {Record<string, (bench: Bench) => Promise<Figure[]>>} */
const QUESTIONS = { noise, requests, lists, lag, logger, pages, history, size, whole, report, commands };

const RESULTS = new URL('results.json', import.meta.url);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean' }, full: { type: 'boolean' }, events: { type: 'string' } },
});
const unknown = positionals.filter(name => !(name in QUESTIONS));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there are ${Object.keys(QUESTIONS).join(', ')}.`);
  process.exit(2);
}
const events = Number(values.events ?? Number.NaN);
if (values.events !== undefined && !(Number.isSafeInteger(events) && events >= 1_000)) {
  console.error(`--events ${values.events}: how many events the large log has, from 1000 on.`);
  process.exit(2);
}
const scale = values.full ? 'full' : values.quick ? 'quick' : 'usual';
const sizes = { ...SIZES[scale], ...(values.events === undefined ? {} : { log: events }) };
const names = positionals.length > 0 ? positionals : Object.keys(QUESTIONS);

const results = [];
/** By their size: making a large one takes longer than measuring it. */
const logs = new Map();
const forgetLogs = cleanups();
try {
  for (const name of names) {
    const cleanup = cleanups();
    let load;
    const bench = {
      sizes,
      cleanup,
      say: line => console.error(line),
      log(size) {
        if (!logs.has(size)) {
          const made = makeLog(size);
          logs.set(size, made);
          forgetLogs.add(async () => (await made).remove());
        }
        return logs.get(size);
      },
      load() {
        if (load === undefined) {
          load = startLoad();
          cleanup.add(async () => (await load).stop());
        }
        return load;
      },
    };
    try {
      const began = performance.now();
      const figures = await QUESTIONS[name](bench);
      const seconds = Math.round((performance.now() - began) / 1000);
      printFigures(name, figures, seconds);
      results.push({ name, seconds, figures });
    } finally {
      await cleanup.run();
    }
  }
} finally {
  await forgetLogs.run();
}

const about = {
  at: new Date().toISOString(),
  scale,
  events: sizes.log,
  node: process.version,
  cpus: cpus().length,
};
writeFileSync(RESULTS, `${JSON.stringify({ ...about, results }, null, 2)}\n`);
