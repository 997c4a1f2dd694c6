// Has the beginning of the log removed when it is older than it is to be kept: asks the log what is due, and announces it as
// an event of `system:retention`. The logger, whose file it is, removes what such an event announces and nothing else.
import type { AuditLog } from './audit/audit-log.js';
import { LOG_REMOVED, type Removal, removalChanges } from './audit/retention/announcement.js';
import { dueBefore } from './audit/retention/due.js';
import { SYSTEM } from './data/actor.js';
import type { DataLayer } from './data/data-layer.js';
import type { Log } from './log.js';

/** How often is looked, in milliseconds. */
const EVERY_MS = 3_600_000;

export interface RetentionOptions {
  data: Pick<DataLayer, 'as' | 'queue'>;
  audit: Pick<AuditLog, 'planRemoval'>;
  /** `null`: events are kept for ever. */
  days: number | null;
  now(): number;
  log: Pick<Log, 'info' | 'error'>;
}

export interface RetentionJob {
  /** Looks now. Never throws. */
  look(): Promise<void>;
  stop(): void;
}

export function startRetention({ data, audit, days, now, log }: RetentionOptions): RetentionJob {
  let turn: Promise<void> = Promise.resolve();

  async function lookNow(days: number): Promise<void> {
    // What was announced before and is not in the log yet would be announced again.
    if (data.queue.backlog() > 0) return;
    const removal = await audit.planRemoval(dueBefore(now(), days));
    if (removal !== null) await announce(removal);
  }

  async function announce(removal: Removal): Promise<void> {
    await data.as(SYSTEM.retention).happened({
      action: 'deleted',
      target: { type: 'audit', id: 'log' },
      eventName: LOG_REMOVED,
      changes: removalChanges(removal),
    });
    log.info('Events that are older than they are to be kept are removed.', { ...removal });
  }

  const look = () => {
    if (days === null) return turn;
    turn = turn
      .then(() => lookNow(days))
      .catch(error => log.error('Old events could not be removed; the next hour tries again.', { error }));
    return turn;
  };
  const timer = days === null ? undefined : setInterval(() => void look(), EVERY_MS).unref();
  void look();
  return { look, stop: () => clearInterval(timer) };
}
