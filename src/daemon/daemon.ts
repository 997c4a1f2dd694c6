// The daemon as a whole: lock → open → check → listen, and the same backwards. main.ts runs it as a process.
import type { DataPaths } from '../shared/paths.js';
import type { EffectiveSetting, Settings } from '../shared/settings.js';
import type { AuditLog } from './audit/audit-log.js';
import { createAuditLog } from './audit/create-audit-log.js';
import { createCore } from './core/core.js';
import { SYSTEM } from './data/actor.js';
import { type DataLayer, openDataLayer } from './data/data-layer.js';
import { requireHome } from './home.js';
import { createServer } from './http/server.js';
import { openKeyRing } from './keys.js';
import { listen } from './listeners.js';
import { acquireLock } from './lock.js';
import type { Log } from './log.js';
import { removeDaemonNote, writeDaemonNote } from './presence.js';
import { VERSION } from './version.js';

export interface DaemonOptions {
  paths: DataPaths;
  settings: Settings;
  /** Where each setting came from, for `whodid config`. */
  effective: EffectiveSetting[];
  log: Log;
  /** Wall clock, milliseconds since the Unix epoch. */
  now(): number;
  /** Monotonic clock, milliseconds. */
  monotonic(): number;
}

export interface Daemon {
  socket: string;
  /** `null` without TCP. */
  url: string | null;
  /**
   * Refuses new work, finishes requests, drains the outbox, closes everything.
   * @returns false if the logger did not finish in time; nothing is lost, the outbox holds it.
   */
  stop(): Promise<boolean>;
}

/** How long requests may still run when the daemon stops, and how long the logger may drain, in milliseconds. */
const FINISH_MS = 5_000;
const DRAIN_MS = 10_000;

/** How often sessions and idempotency keys that are over are cleared away, in milliseconds. */
const HOUSEKEEPING_MS = 60_000;

/** Starts the daemon. @throws Problem in a sentence for everything that a user can mend. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { paths, settings, effective, log, now, monotonic } = options;
  requireHome(paths);
  const lock = acquireLock(paths.lockDb);
  const undo: (() => unknown)[] = [() => lock.release()];
  try {
    const keys = await openKeyRing({ dir: paths.keys, clock: now });
    const data = await openDataLayer({
      file: paths.dataDb,
      directory: paths.dir,
      backlogLimit: settings.audit.backlogLimit,
      minFreeBytes: settings.audit.minFreeBytes,
      views: settings.audit.views,
      now,
      monotonic,
      log,
    });
    undo.push(() => data.close());
    const audit = createAuditLog({ dataFile: paths.dataDb, auditFile: paths.auditDb, log });
    undo.push(() => audit.stop(DRAIN_MS));
    connect(data, audit, log);
    await audit.start();

    const addresses: { url: string | null; socket: string } = { url: null, socket: paths.socket };
    const core = await createCore({
      data,
      audit,
      keys,
      version: VERSION,
      accessTokenSeconds: settings.sessions.accessTtlSeconds,
      sessionIdleMs: settings.sessions.refreshIdleSeconds * 1000,
      backlogLimit: settings.audit.backlogLimit,
      addresses: () => addresses,
      now,
      monotonic,
    });
    const { app, streams } = await createServer({ core, version: VERSION, log });
    undo.push(() => app.close());
    const listeners = await listen({
      handler: app.routing,
      socketPath: paths.socket,
      tcp: settings.listen,
      allowedHosts: settings.allowedHosts,
    });
    undo.push(() => listeners.close(FINISH_MS));
    addresses.url = listeners.url;
    await writeDaemonNote(paths.dir, {
      pid: process.pid,
      version: VERSION,
      socket: listeners.socketPath,
      url: listeners.url,
      startedAt: now(),
      settings: effective,
    });
    undo.push(() => removeDaemonNote(paths.dir));
    const housekeeping = keepHouse(data, now, log);
    log.info('Ready.', { socket: listeners.socketPath, url: listeners.url, events: audit.head().size });

    return {
      socket: listeners.socketPath,
      url: listeners.url,
      async stop() {
        clearInterval(housekeeping);
        streams.close();
        await listeners.close(FINISH_MS);
        await app.close();
        await data.settle();
        const drained = await audit.stop(DRAIN_MS);
        data.close();
        removeDaemonNote(paths.dir);
        lock.release();
        log.info('Stopped.', { drained });
        return drained;
      },
    };
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
}

/** The two ends of the queue: the logger is woken after each commit, the outbox lets go of what is stored. */
function connect(data: DataLayer, audit: AuditLog, log: Log): void {
  data.onCommitted(() => audit.wake());
  audit.onAppended(({ cursor }) => {
    if (cursor === null) return;
    data.queue.forget(cursor).catch(error => log.error('The outbox could not be pruned.', { error }));
  });
}

function keepHouse(data: DataLayer, now: () => number, log: Log): NodeJS.Timeout {
  const daemon = data.as(SYSTEM.daemon);
  const timer = setInterval(() => {
    Promise.all([daemon.sessions.expire(), data.expireIdempotency(now())]).catch(error =>
      log.error('What has expired could not be cleared away.', { error }),
    );
  }, HOUSEKEEPING_MS);
  timer.unref();
  return timer;
}
