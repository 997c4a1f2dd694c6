// The daemon as a whole: lock → open → check → listen, and the same backwards. main.ts runs it as a process.
import type { DataPaths } from '../shared/paths.js';
import type { EffectiveSetting, Settings } from '../shared/settings.js';
import { requireAgreement } from './agreement/require-agreement.js';
import type { AuditLog } from './audit/audit-log.js';
import { createAuditLog } from './audit/create-audit-log.js';
import { createBackups } from './backup/backups.js';
import { finishReplacement } from './backup/replacement.js';
import { type CheckpointDelivery, startCheckpointDelivery } from './checkpoint-delivery.js';
import {
  type CheckpointKeys,
  createCheckpointKey,
  finishRotation,
  openCheckpointKeys,
} from './checkpoint-keys.js';
import { startClearingCopies } from './clear-copies.js';
import type { MakeBackup } from './core/backups.js';
import { createCore } from './core/core.js';
import { SYSTEM } from './data/actor.js';
import { type DataLayer, openDataLayer } from './data/data-layer.js';
import type { ScopeFactory } from './data/recording-scopes.js';
import { createGauges, type Gauges } from './gauges.js';
import { requireHome } from './home.js';
import { FOLLOWERS } from './http/followers.js';
import { createServer, type Server } from './http/server.js';
import { type KeyRing, openKeyRing } from './keys.js';
import { listen, noTraffic, type Traffic } from './listeners.js';
import { acquireLock } from './lock.js';
import type { Log } from './log.js';
import { removeDaemonNote, writeDaemonNote } from './presence.js';
import { startRetention } from './retention-job.js';
import type { ScheduledJob } from './scheduled-job.js';
import { type AtStep, passBy } from './steps.js';
import { THREAD_PROGRAMS } from './thread-programs.js';
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
  /** How what is done in somebody's name is recorded; in the outbox when left out. */
  scopes?: ScopeFactory;
  /** What happens at the labelled steps; nothing when left out. The logger's are its thread's own. */
  atStep?: AtStep;
  /** The module that the logger's thread runs, if not the usual one. */
  loggerThread?: URL;
  /** A thread whose event loop does not turn for about this long is replaced, in milliseconds. */
  hangsAfterMs?: number;
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
  const { paths, settings, effective, log, now, monotonic, atStep = passBy, loggerThread } = options;
  requireHome(paths);
  const lock = acquireLock(paths.lockDb);
  const undo: (() => unknown)[] = [() => lock.release()];
  const addresses: Addresses = { url: null, socket: paths.socket };
  const leaveNote = () =>
    writeDaemonNote(paths.dir, {
      ...addresses,
      pid: process.pid,
      version: VERSION,
      startedAt: now(),
      settings: effective,
    });
  try {
    // So that a daemon that is still starting can be named, and stopped.
    await leaveNote();
    undo.push(() => removeDaemonNote(paths.dir));
    finishReplacement(paths);
    requireAgreement(paths);
    const data = await openDataLayer({
      file: paths.dataDb,
      directory: paths.dir,
      backlogLimit: settings.audit.backlogLimit,
      minFreeBytes: settings.audit.minFreeBytes,
      ballast: { file: paths.ballast, sizeBytes: settings.audit.ballastBytes },
      views: settings.audit.views,
      now,
      monotonic,
      log,
      atStep,
      ...(options.scopes === undefined ? {} : { scopes: options.scopes }),
    });
    undo.push(() => data.close());
    const keys = await openKeyRing({
      dir: paths.keys,
      clock: data.steadyNow,
      isRecorded: kid => kid === data.tokenKey(),
      atStep,
    });
    await createCheckpointKey(paths.checkpointKeys, now());
    await finishRotation(paths.checkpointKeys, data.instance);
    const checkpointKeys = openCheckpointKeys(paths.checkpointKeys, data.instance);
    const audit = createAuditLog({
      dataFile: paths.dataDb,
      auditFile: paths.auditDb,
      checkpointKeys: paths.checkpointKeys,
      instance: data.instance,
      onFull: () => data.diskIsFull(),
      ...(options.hangsAfterMs === undefined ? {} : { hangsAfterMs: options.hangsAfterMs }),
      programs: { ...THREAD_PROGRAMS, ...(loggerThread === undefined ? {} : { logger: loggerThread }) },
      log,
    });
    undo.push(() => audit.stop(DRAIN_MS));
    connect(data, audit, log, atStep);
    const traffic = noTraffic();
    let places: () => { count: number; limit: number } = () => ({ count: 0, limit: FOLLOWERS.inAll });
    const gauges = createGauges({
      paths,
      data,
      backlogLimit: settings.audit.backlogLimit,
      followers: () => places(),
      inFlight: () => traffic.inFlight,
    });
    const stopClearing = startClearingCopies({ data, audit, log });
    undo.push(stopClearing);
    let delivery: CheckpointDelivery | undefined;
    let retention: ScheduledJob | undefined;
    undo.push(() => delivery?.stop());
    undo.push(() => retention?.stop());
    // The threads start while this one builds the API; nobody is served before both are there.
    const [{ app, streams }] = await Promise.all([
      buildApi(options, {
        data,
        audit,
        keys,
        checkpointKeys,
        addresses,
        checkpoints: () => delivery?.state(),
        makeBackup: createBackups(paths, THREAD_PROGRAMS.backup).begin,
        gauges,
        responses: () => traffic.responses,
      }),
      audit.start(),
    ]);
    places = streams.places;
    undo.push(() => app.close());
    const listeners = await listen({
      handler: app.routing,
      socketPath: paths.socket,
      tcp: settings.listen,
      allowedHosts: settings.allowedHosts,
      traffic,
    });
    undo.push(() => listeners.close(FINISH_MS));
    addresses.url = listeners.url;
    await leaveNote();
    delivery = startCheckpointDelivery({
      audit,
      log,
      file: settings.audit.checkpointFile,
      url: settings.audit.checkpointUrl,
      everyMs: settings.audit.checkpointSeconds * 1000,
    });
    retention = await startRetention({
      data,
      audit,
      auditFile: paths.auditDb,
      policy: policyOf(settings),
      program: THREAD_PROGRAMS.retention,
      now,
      log,
    });
    const housekeeping = keepHouse(data, keys, now, log);
    log.info('Ready.', { socket: listeners.socketPath, url: listeners.url, events: audit.head().size });

    return {
      socket: listeners.socketPath,
      url: listeners.url,
      async stop() {
        clearInterval(housekeeping);
        stopClearing();
        delivery?.stop();
        await retention?.stop();
        streams.close();
        await listeners.close(FINISH_MS);
        await app.close();
        await data.settle();
        const drained = await audit.stop(DRAIN_MS);
        data.close();
        // A note that stays says that the logger did not finish.
        if (drained) removeDaemonNote(paths.dir);
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

const policyOf = ({ audit }: Settings) => ({ days: audit.retentionDays, rules: audit.retentionRules });

/** Where clients find the daemon; `url` is known once it listens. */
interface Addresses {
  url: string | null;
  socket: string;
}

interface ApiParts {
  data: DataLayer;
  audit: AuditLog;
  keys: KeyRing;
  checkpointKeys: CheckpointKeys;
  addresses: Addresses;
  checkpoints(): string | undefined;
  makeBackup: MakeBackup;
  gauges: Gauges;
  responses(): Traffic['responses'];
}

/** The core, and the API in front of it. */
async function buildApi({ settings, log, now, monotonic }: DaemonOptions, parts: ApiParts): Promise<Server> {
  const core = await createCore({
    ...parts,
    version: VERSION,
    accessTokenSeconds: settings.sessions.accessTtlSeconds,
    sessionIdleMs: settings.sessions.refreshIdleSeconds * 1000,
    retention: policyOf(settings),
    backlogLimit: settings.audit.backlogLimit,
    minFreeBytes: settings.audit.minFreeBytes,
    addresses: () => parts.addresses,
    now,
    monotonic,
  });
  return createServer({ core, version: VERSION, log });
}

/** The two ends of the queue: the logger is woken after each commit, the outbox lets go of what is stored. */
function connect(data: DataLayer, audit: AuditLog, log: Log, atStep: AtStep): void {
  data.onCommitted(() => audit.wake());
  let signedSize = 0;
  audit.onAppended(head => {
    if (head.cursor === null) return;
    atStep('after-append');
    data.queue.forget(head.cursor).catch(error => log.error('The outbox could not be pruned.', { error }));
    if (head.signedSize === signedSize) return;
    signedSize = head.signedSize;
    audit
      .checkpoint()
      .then(note => (note === null ? undefined : data.rememberCheckpoint(note)))
      .catch(() => {
        // The query thread is starting or ending: the next append tries again.
        signedSize = 0;
      });
  });
}

function keepHouse(data: DataLayer, keys: KeyRing, now: () => number, log: Log): NodeJS.Timeout {
  const daemon = data.as(SYSTEM.daemon);
  const timer = setInterval(() => {
    Promise.all([daemon.sessions.expire(), data.expireIdempotency(now()), keys.removeExpired()]).catch(
      error => log.error('What has expired could not be cleared away.', { error }),
    );
  }, HOUSEKEEPING_MS);
  timer.unref();
  return timer;
}
