// Events that other programs report: checked, made into data events, stored once however often they are sent.
import type { DataEvent, PendingEvent, ReportedEvent } from '../../shared/data-event.js';
import { faultSentence } from '../../shared/field-faults.js';
import type { QueueCursor } from '../../shared/queue.js';
import { ruleFaults } from '../../shared/report-faults.js';
import { RESERVED_NAMES, SOURCE_REPORTED } from '../../shared/vocabulary.js';
import type { AuditLog } from '../audit/audit-log.js';
import type { DataLayer } from '../data/data-layer.js';
import { actorOf, type Caller } from './caller.js';
import { authorize } from './policy.js';
import { contentDigest, pendingFromReport } from './report-event.js';
import { createReportResult, type ReportResult, type ReportTally } from './report-result.js';

/** One event as it was sent, parsed but not yet checked. */
export interface ReportLine {
  /** From 1. */
  line: number;
  /** What was sent, which is I-JSON, or why it could not be read. */
  parsed: { value: unknown } | { reason: string };
}

/** Most events in one commit. */
export const MAX_REPORT_BATCH = 1_000;

export interface ReportsOptions {
  data: DataLayer;
  audit: AuditLog;
  /** The instance's own secret: makes the ids of events that have none of their own. */
  secret: Uint8Array;
  now(): number;
}

/** Ids of reported events that are committed and not yet in the log, with what they say. */
function pendingReports({ data, audit }: Pick<ReportsOptions, 'data' | 'audit'>) {
  const digests = new Map<string, string>();
  const commits: { cursor: QueueCursor; ids: string[] }[] = [];

  function add(events: readonly PendingEvent[]): void {
    for (const event of events) digests.set(event.id, contentDigest(event));
    commits.push({ cursor: data.queue.head(), ids: events.map(({ id }) => id) });
  }

  audit.onAppended(({ cursor }) => {
    let stored = 0;
    while (stored < commits.length && data.queue.covers(cursor, commits[stored]!.cursor)) {
      for (const id of commits[stored]!.ids) digests.delete(id);
      stored += 1;
    }
    commits.splice(0, stored);
  });

  const left = [...data.queue.pending()].filter(event => event.source.startsWith(SOURCE_REPORTED));
  if (left.length > 0) add(left);
  return { add, get: (id: string) => digests.get(id) };
}

export function createReports({ data, audit, secret, now }: ReportsOptions) {
  const pending = pendingReports({ data, audit });
  // Recognising a repeat and committing what is new must not be interleaved with another report.
  let turn: Promise<unknown> = Promise.resolve();
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  }

  /** Why this caller may not report an event of these types, if so. */
  function typeRefusal(caller: Caller, report: ReportedEvent, managed: ReadonlySet<string>) {
    const { token } = caller.principal;
    if (managed.has(report.targetType)) {
      return `targetType ${report.targetType} is kept by this daemon, which records what happens to it itself`;
    }
    if (token?.actorTypes !== undefined && !token.actorTypes.includes(report.actorType)) {
      return `actorType ${report.actorType} is not among the types that this token may report (${token.actorTypes.join(', ')})`;
    }
    if (token?.targetTypes !== undefined && !token.targetTypes.includes(report.targetType)) {
      return `targetType ${report.targetType} is not among the types that this token may report (${token.targetTypes.join(', ')})`;
    }
    if (
      token?.tenantId !== undefined &&
      report.tenantId !== undefined &&
      report.tenantId !== token.tenantId
    ) {
      return `tenantId ${report.tenantId} is not the tenant of this token`;
    }
    return undefined;
  }

  async function checked(caller: Caller, lines: readonly ReportLine[], tally: ReportTally) {
    const { user, token } = caller.principal;
    const types = await data.as(actorOf(caller)).types.all();
    const managed = new Set([...RESERVED_NAMES, ...types.map(({ type }) => type.name)]);
    const events: { line: number; event: PendingEvent }[] = [];
    for (const { line, parsed } of lines) {
      if ('reason' in parsed) {
        tally.refuse({ line, reason: parsed.reason });
        continue;
      }
      const faults = ruleFaults(parsed.value, now());
      const report = parsed.value as ReportedEvent;
      const reason =
        faults.length > 0 ? faultSentence(faults).replace(/\.$/, '') : typeRefusal(caller, report, managed);
      if (reason !== undefined) {
        tally.refuse({ line, reason, ...(faults.length > 0 ? { errors: faults } : {}) });
        continue;
      }
      const event = pendingFromReport({
        report,
        ownerId: user.id,
        hmacKey: secret,
        ...(token?.tenantId === undefined ? {} : { tenantId: token.tenantId }),
      });
      events.push({ line, event });
    }
    return events;
  }

  /** Commits what is new of at most `MAX_REPORT_BATCH` lines. */
  async function storeBatch(caller: Caller, lines: readonly ReportLine[], tally: ReportTally): Promise<void> {
    const events = await checked(caller, lines, tally);
    // What is pending now may be stored, and no longer pending, by the time the log has answered.
    const waiting = new Map(events.map(({ event }) => [event.id, pending.get(event.id)]));
    const unknown = events.filter(({ event }) => waiting.get(event.id) === undefined);
    const known = new Map<string, DataEvent>();
    for (const event of await audit.eventsById(unknown.map(({ event }) => event.id)))
      known.set(event.id, event);
    const missing = unknown.map(({ event }) => event.id).filter(id => !known.has(id));
    const removed = new Set(await audit.removedIds(missing));
    const fresh = new Map<string, PendingEvent>();
    for (const { line, event } of events) {
      const stored = known.get(event.id);
      if (removed.has(event.id)) {
        tally.repeat();
        continue;
      }
      const erased = stored?.redactions?.some(({ kind }) => kind === 'erased') === true;
      const twin = fresh.get(event.id);
      const digest =
        waiting.get(event.id) ??
        (stored === undefined ? undefined : contentDigest(stored)) ??
        (twin === undefined ? undefined : contentDigest(twin));
      if (digest === undefined) fresh.set(event.id, event);
      else if (erased || digest === contentDigest(event)) tally.repeat();
      else {
        tally.refuse({
          line,
          reason: `id ${event.externalId ?? event.id} was reported before with other content; an event cannot be changed`,
        });
      }
    }
    if (fresh.size > 0) {
      const batch = [...fresh.values()];
      await data.as(actorOf(caller)).report(batch);
      pending.add(batch);
      tally.store(batch.map(({ id }) => id));
    }
  }

  return {
    /** Begins a report; lines are given as they arrive, in batches of at most `MAX_REPORT_BATCH`. */
    begin(caller: Caller) {
      authorize(caller, 'events.report');
      const tally = createReportResult();
      return {
        result: (): ReportResult => tally.soFar(),
        /** Stores what is new of `lines`, if the caller (as they are now) may still report. */
        take(now: Caller, lines: readonly ReportLine[]): Promise<void> {
          authorize(now, 'events.report');
          return inTurn(() => storeBatch(now, lines, tally));
        },
      };
    },
  };
}

export type Reports = ReturnType<typeof createReports>;
