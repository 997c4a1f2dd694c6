// A daemon's process without its heart: lock, socket, note, ready line, stop. STAND_IN says what goes wrong.
import { setTimeout as wait } from 'node:timers/promises';
import { type Listeners, listen } from '#src/daemon/listeners.js';
import { acquireLock } from '#src/daemon/lock.js';
import { announce, removeDaemonNote, writeDaemonNote } from '#src/daemon/presence.js';
import { daemonFlags } from '#src/shared/daemon-process.js';
import { dataPaths } from '#src/shared/paths.js';
import { PROBLEMS, Problem } from '#src/shared/problem.js';
import { loadSettings } from '#src/shared/settings.js';

const { env, pid } = process;
const behaviour = env.STAND_IN ?? 'well';
const paths = dataPaths(env);
let listeners: Listeners | undefined;

async function start(): Promise<void> {
  if (behaviour === 'crash') throw new Error('the disk is made of cheese');
  const { background: _, ...flags } = daemonFlags(process.argv.slice(2));
  const { settings, effective } = loadSettings({ flags, env, tomlText: undefined, tomlFile: paths.config });
  acquireLock(paths.lockDb);
  const note = {
    pid,
    version: '1.2.3',
    socket: paths.socket,
    url: null,
    startedAt: Date.now(),
    settings: effective,
  };
  await writeDaemonNote(paths.dir, note);
  if (behaviour === 'hang') await wait(1e9);
  listeners = await listen({
    socketPath: paths.socket,
    tcp: settings.listen,
    handler(request, response) {
      const healthy = request.url === '/healthz';
      const body = healthy
        ? { status: 'ok', version: '1.2.3', instance: 'i-1', pid }
        : { code: 'unauthenticated', detail: 'Not logged in.' };
      response.writeHead(healthy ? 200 : 401, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    },
  });
  await writeDaemonNote(paths.dir, { ...note, url: listeners.url });
  process.stdout.write('noise on stdout\n');
  announce({ ready: true, pid, socket: paths.socket, url: listeners.url }, env);
}

process.on('SIGTERM', async () => {
  await listeners?.close(0);
  if (behaviour !== 'undrained') removeDaemonNote(paths.dir);
  process.exit(behaviour === 'undrained' ? 1 : 0);
});

await start().catch((error: unknown) => {
  if (!(error instanceof Problem)) throw error;
  announce({ ready: false, error: error.message, exit: PROBLEMS[error.code].exit }, env);
  process.exit(PROBLEMS[error.code].exit);
});
