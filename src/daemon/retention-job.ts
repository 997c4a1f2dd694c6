// Keeps the log as long as the settings say. A job of bree finds out each hour what is due; main announces a removal as an
// event of `system:retention`, which the logger obeys, and gives the logger orders to erase, which announce themselves.
import type { AuditLog } from './audit/audit-log.js';
import { LOG_REMOVED, type Removal, removalChanges } from './audit/retention/announcement.js';
import { type DueRetention, erasureDue, type RetentionPolicy } from './audit/retention/plan-retention.js';
import { SYSTEM } from './data/actor.js';
import type { DataLayer } from './data/data-layer.js';
import type { Log } from './log.js';
import { type ScheduledJob, scheduleJob } from './scheduled-job.js';

/** How often is looked, in milliseconds. */
const EVERY_MS = 3_600_000;

/** What the job's thread is given. */
export interface RetentionThreadData {
  auditFile: string;
  policy: RetentionPolicy;
}

/** What it says: that it is there and wants to know the time, and what it found. */
export type RetentionMessage =
  | { type: 'begun' }
  | { type: 'due'; due: DueRetention }
  | { type: 'failed'; sentence: string };

/** What it is told: milliseconds since the Unix epoch. */
export interface TellTime {
  now: number;
}

export interface RetentionOptions {
  data: Pick<DataLayer, 'as' | 'queue'>;
  audit: Pick<AuditLog, 'erase' | 'head' | 'onAppended'>;
  auditFile: string;
  policy: RetentionPolicy;
  /** The module that the job's thread runs. */
  program: URL;
  now(): number;
  log: Pick<Log, 'info' | 'error'>;
}

/** `undefined` if everything is kept for ever. */
export async function startRetention(options: RetentionOptions): Promise<ScheduledJob | undefined> {
  const { data, audit, auditFile, policy, program, now, log } = options;
  if (policy.days === null && policy.rules.length === 0) return undefined;
  const failed = (reason: unknown) =>
    log.error('What is older than it is kept could not be dealt with; the next hour tries again.', {
      reason,
    });

  /** Waits until all that is committed now is in the log: what was announced before and is not there would be again. */
  async function caughtUp(): Promise<void> {
    const wanted = data.queue.head();
    const isStored = () => data.queue.covers(audit.head().cursor, wanted);
    if (isStored()) return;
    await new Promise<void>(resolve => {
      const stop = audit.onAppended(() => {
        if (!isStored()) return;
        stop();
        resolve();
      });
    });
  }

  async function carryOut({ removal, rules }: DueRetention): Promise<void> {
    data.as(SYSTEM.retention).requireRoom();
    for (const order of rules.map(erasureDue)) if (order !== undefined) audit.erase(order);
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

  const threadData: RetentionThreadData = { auditFile, policy };
  return scheduleJob<RetentionMessage>({
    name: 'retention',
    entry: program,
    data: { ...threadData },
    everyMs: EVERY_MS,
    onMessage(message, answer) {
      if (message.type === 'begun')
        caughtUp()
          .then(() => answer({ now: now() } satisfies TellTime))
          .catch(failed);
      else if (message.type === 'failed') failed(message.sentence);
      else carryOut(message.due).catch(failed);
    },
    log,
  });
}
