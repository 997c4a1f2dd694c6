// How far each thing that is bounded (shared/limits.ts) is from its limit, gathered from those who hold it.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LIMITS, type LimitName, type LimitState } from '../shared/limits.js';
import type { DataPaths } from '../shared/paths.js';
import type { DataLayer } from './data/data-layer.js';
import { MAX_IDEMPOTENCY_KEYS } from './data/idempotency.js';
import { MAX_KINDS } from './data/repeats.js';
import { MAX_SESSIONS_PER_USER } from './data/sessions.js';
import { MAX_IN_FLIGHT } from './listeners.js';
import { LOG_FILES } from './log-file.js';
import { WAL, walBytes } from './wal.js';

export interface GaugesOptions {
  paths: Pick<DataPaths, 'dataDb' | 'auditDb' | 'logs'>;
  data: Pick<DataLayer, 'queue' | 'counts'>;
  backlogLimit: number;
  followers(): { count: number; limit: number };
  /** Requests that are being answered. */
  inFlight(): number;
}

export type Gauges = () => LimitState[];

export function createGauges({ paths, data, backlogLimit, followers, inFlight }: GaugesOptions): Gauges {
  return () => {
    const backlog = data.queue.backlog();
    const { repeats, idempotencyKeys, sessionsOfOneUser, reserve } = data.counts();
    const beyond = (from: number) => Math.min(reserve, Math.max(0, backlog - from));
    const { count, limit } = followers();
    const state: Record<LimitName, [value: number, limit: number]> = {
      backlog: [backlog, backlogLimit],
      viewReserve: [beyond(backlogLimit), reserve],
      controlReserve: [beyond(backlogLimit + reserve), reserve],
      repeats: [repeats, MAX_KINDS],
      followers: [count, limit],
      requests: [inFlight(), MAX_IN_FLIGHT],
      logFiles: [logBytes(paths.logs), LOG_FILES.maxBytes * LOG_FILES.maxFiles],
      dataWal: [walBytes(paths.dataDb), WAL.data.limitBytes],
      auditWal: [walBytes(paths.auditDb), WAL.audit.limitBytes],
      idempotencyKeys: [idempotencyKeys, MAX_IDEMPOTENCY_KEYS],
      sessionsOfOneUser: [sessionsOfOneUser, MAX_SESSIONS_PER_USER],
    };
    return LIMITS.map(({ name, unit }) => ({ name, value: state[name][0], limit: state[name][1], unit }));
  };
}

/** Bytes of the daemon's own log and of what was put aside. */
function logBytes(logs: string): number {
  const names = readdirSync(logs).filter(name => name.startsWith('daemon.log'));
  return names.reduce(
    (sum, name) => sum + (statSync(join(logs, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
