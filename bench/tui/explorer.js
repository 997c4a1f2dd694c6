// How fast the explorer and the interactive table answer keys, and what they take: the real program in a real
// pseudo-terminal of 200×50, on a log of a million events. From the key's writing to the end of the frame that shows
// what it did, and processor time.
//
//   npm run bench:tui [-- NAME… --quick --events 1000000 --rows 100000 --profile DIRECTORY]
//
// docs/performance.md explains the figures. Linux: it reads /proc, and needs script(1).
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cleanups } from '../harness/cleanup.js';
import { startDaemonSite } from '../harness/daemon-site.js';
import { makeLogAlone } from '../harness/logs.js';
import { printFigures } from '../harness/print.js';
import { PROGRAM, startProgram } from '../harness/program.js';
import { followed } from './followed.js';
import { idle } from './idle.js';
import { loaded } from './loaded.js';
import { createPlayer } from './player.js';
import { heapMib } from './process-usage.js';
import { openPseudoTerminal } from './pseudo-terminal.js';
import { scrolled } from './scrolled.js';
import { table } from './table.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean' },
    events: { type: 'string' },
    rows: { type: 'string' },
    profile: { type: 'string' },
  },
});
const events = Number(values.events ?? (values.quick ? 20_000 : 1_000_000));
const rows = Number(values.rows ?? (values.quick ? 5_000 : 100_000));

/** In this order: each goes on where the one before left the program; the table is one of its own. */
const QUESTIONS = { loaded, scrolled, followed, idle, table };

/** The title of the explorer's detail pane. */
const SELECTED = /Event ([\d,]+) ─/g;

const cleanup = cleanups();
try {
  const log = await makeLogAlone(events);
  cleanup.add(() => log.remove());
  const site = await startDaemonSite({ home: log.home, start: () => startProgram(log.home) });
  cleanup.add(() => site.stop());
  const expiresAt = Date.now() + 3_600_000;
  const tokenOf = async more =>
    (await site.api('POST', '/v1/tokens', { name: 'bench', expiresAt, ...more })).token;
  const reporting = await tokenOf({ role: 'reporter', actorTypes: ['people'], targetTypes: ['files'] });

  const probe = fileURLToPath(new URL('memory-probe.js', import.meta.url));
  const profile = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`];
  const token = await tokenOf({ role: 'auditor' });

  /** Starts the program in a terminal of its own. @param {RegExp} where see `createPlayer` */
  async function open(words, where) {
    const heapFile = join(log.home, '..', `heap-of-${words[0]}`);
    const terminal = await openPseudoTerminal({
      command: [process.execPath, '--import', probe, ...profile, PROGRAM, ...words],
      env: {
        ...process.env,
        CI: '',
        WHODID_HOME: log.home,
        XDG_CONFIG_HOME: join(log.home, '..', 'config'),
        WHODID_TOKEN: token,
        WHODID_BENCH_HEAP: heapFile,
      },
      columns: 200,
      lines: 50,
    });
    cleanup.add(() => terminal.kill());
    return {
      terminal,
      player: createPlayer(terminal, where),
      heapMib: () => heapMib(terminal.pid, heapFile),
    };
  }

  const explorer = await open(['explore', '--read-only'], SELECTED);
  const { player, terminal } = explorer;
  const stage = {
    ...explorer,
    open,
    daemon: site.pid,
    size: { events, rows },
    isQuick: values.quick === true,
    /** Starts a program that reports so many events a second. @returns what ends it */
    async report(rate) {
      const child = fork(new URL('reporter.js', import.meta.url), [site.url, reporting, String(rate)]);
      const exited = once(child, 'exit');
      cleanup.add(() => child.kill());
      await Promise.race([once(child, 'message'), exited]);
      return async () => {
        child.kill();
        await exited;
        await site.settled();
      };
    },
  };
  await player.until(() => !Number.isNaN(player.place()));
  await delay(2000);
  for (const [name, question] of Object.entries(QUESTIONS)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    const began = performance.now();
    const figures = await question(stage);
    printFigures(
      `${name}, ${events.toLocaleString('en-US')} events`,
      figures,
      Math.round((performance.now() - began) / 1000),
    );
  }
  player.press('q');
  await terminal.ended();
} finally {
  await cleanup.run();
}
