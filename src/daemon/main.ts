// The daemon's process: reads its settings, starts, says that it is ready, stops on SIGTERM and SIGINT.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { daemonFlags } from '../shared/daemon-process.js';
import { type DataPaths, dataPaths } from '../shared/paths.js';
import { EXIT, PROBLEMS, Problem } from '../shared/problem.js';
import { loadSettings } from '../shared/settings.js';
import { type Daemon, startDaemon } from './daemon.js';
import { keepNewFilesPrivate, requireHome } from './home.js';
import { createLog, jsonLine, type Log, readableLine } from './log.js';
import { openLogFile } from './log-file.js';
import { announce } from './presence.js';

function configOf(paths: DataPaths): string | undefined {
  return existsSync(paths.config) ? readFileSync(paths.config, 'utf8') : undefined;
}

async function main(): Promise<void> {
  keepNewFilesPrivate();
  const { listen, allowRemote, background } = daemonFlags(process.argv.slice(2));
  const paths = dataPaths(process.env);
  requireHome(paths);
  const { settings, effective, warnings } = loadSettings({
    flags: {
      ...(listen === undefined ? {} : { listen }),
      ...(allowRemote === undefined ? {} : { allowRemote }),
    },
    env: process.env,
    tomlText: configOf(paths),
    tomlFile: paths.config,
  });
  const write = background === true ? fileWriter(paths) : (line: string) => void process.stderr.write(line);
  const format = background === true ? jsonLine : readableLine;
  const log: Log = createLog({
    level: settings.log.level,
    clock: Date.now,
    write: entry => write(format(entry)),
  });
  for (const warning of warnings) log.warn(warning);

  process.on('uncaughtException', error => {
    log.error('The daemon fails and stops; what was acknowledged is safe.', { error });
    process.exit(EXIT.failed);
  });
  // A signal during the start is obeyed as soon as there is something to stop.
  let daemon: Daemon | undefined;
  let signalled: string | undefined;
  const stop = () => {
    if (daemon === undefined || signalled === undefined) return;
    log.info('Stopping.', { signal: signalled });
    const stopping = daemon;
    daemon = undefined;
    stopping.stop().then(
      drained => process.exit(drained ? EXIT.done : EXIT.failed),
      error => {
        log.error('The daemon could not stop in order; what was acknowledged is safe.', { error });
        process.exit(EXIT.failed);
      },
    );
  };
  const onSignal = (signal: string) => {
    signalled ??= signal;
    stop();
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);

  daemon = await startDaemon({
    paths,
    settings,
    effective,
    log,
    now: Date.now,
    monotonic: () => performance.now(),
  });
  announce({ ready: true, pid: process.pid, socket: daemon.socket, url: daemon.url }, process.env);
  stop();
}

function fileWriter(paths: DataPaths): (line: string) => void {
  const file = openLogFile({ file: join(paths.logs, 'daemon.log') });
  return line => file.write(line);
}

main().catch((error: unknown) => {
  const problem = error instanceof Problem ? error : undefined;
  const message =
    problem?.message ?? `The daemon cannot start: ${error instanceof Error ? error.message : String(error)}`;
  const exit = problem === undefined ? EXIT.failed : PROBLEMS[problem.code].exit;
  announce({ ready: false, error: message, exit }, process.env);
  process.stderr.write(`whodid: ${message}\n`);
  process.exit(exit);
});
