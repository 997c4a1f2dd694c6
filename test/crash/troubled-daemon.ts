// The daemon's process with trouble at its labelled steps: as src/daemon/main.ts composes it, but for that.
import { startDaemon } from '#src/daemon/daemon.js';
import { keepNewFilesPrivate } from '#src/daemon/home.js';
import { createLog, readableLine } from '#src/daemon/log.js';
import { announce } from '#src/daemon/presence.js';
import { dataPaths } from '#src/shared/paths.js';
import { loadSettings } from '#src/shared/settings.js';
import { TROUBLE_VARIABLE, troubleFrom } from './trouble.js';

keepNewFilesPrivate();
const paths = dataPaths(process.env);
const { settings, effective } = loadSettings({
  env: process.env,
  tomlText: undefined,
  tomlFile: paths.config,
});
const daemon = await startDaemon({
  paths,
  settings,
  effective,
  log: createLog({
    level: settings.log.level,
    clock: Date.now,
    write: entry => process.stderr.write(readableLine(entry)),
  }),
  now: Date.now,
  monotonic: () => performance.now(),
  atStep: troubleFrom(process.env[TROUBLE_VARIABLE]!),
  // Sooner than in earnest, so that a test has not to wait for it so long.
  hangsAfterMs: 2_000,
  loggerThread: new URL('./troubled-logger-thread.js', import.meta.url),
});
process.on('SIGTERM', () => {
  daemon.stop().then(drained => process.exit(drained ? 0 : 1));
});
announce({ ready: true, pid: process.pid, socket: daemon.socket, url: daemon.url }, process.env);
