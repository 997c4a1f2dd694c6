// Audit queries: who may ask what, the wait for what was just committed, and the event that asking is.
import type { AuditFilter, FilterKey } from '../../shared/audit-filter.js';
import { matches } from '../../shared/audit-filter.js';
import { auditQueryText } from '../../shared/audit-filter-text.js';
import type { Stats } from '../../shared/audit-stats.js';
import type { DataEvent } from '../../shared/data-event.js';
import { formatRef, parseRef } from '../../shared/object-ref.js';
import { isReadingBy } from '../../shared/own-reading.js';
import { Problem } from '../../shared/problem.js';
import type { Order, SummaryKey } from '../../shared/vocabulary.js';
import type { AuditLog, EventPage, LogLines, Summary } from '../audit/audit-log.js';
import type { StatsQuestion } from '../audit/stats/log-stats.js';
import type { DataLayer } from '../data/data-layer.js';
import { createBrowsing, type FollowUp, followUpOf } from './browsing.js';
import { actorOf, type Caller } from './caller.js';
import type { PageCursors } from './page-cursors.js';
import { authorize, forbidden, may, refusal } from './policy.js';
import type { Seals } from './seals.js';

/** How long a query waits for what was committed when it arrived, in milliseconds. */
export const FRESHNESS_MS = 1_000;

export interface AuditRequest {
  filter: AuditFilter;
  order: Order;
  limit: number;
  cursor?: string;
  /** Whether what follows from the events will be asked for. */
  browse?: boolean;
  /** The query that this one follows from. */
  within?: string;
}

/** How far a caller sees: the filter that they really get, and whether `context` is shown. */
export interface Sight {
  filter: AuditFilter;
  withContext: boolean;
}

/** Filters that ask about `context`, which those who see one object's history do not see. */
const CONTEXT_KEYS: readonly FilterKey[] = ['ip', 'sessionId'];

/** The answer about something that the log does not hold, while it does not hold all that is committed. */
export const catchingUp = () =>
  new Problem('unavailable', 'The log is catching up and may not hold this yet. Try again in a moment.', {
    retryAfterSeconds: 1,
  });

export interface AuditOptions {
  data: DataLayer;
  audit: AuditLog;
  seals: Seals;
  cursors: PageCursors;
  /** Wall clock, milliseconds since the Unix epoch. */
  now(): number;
}

export function createAudit({ data, audit, seals, cursors, now }: AuditOptions) {
  const browsing = createBrowsing({ audit, seals, sightOf, now });

  /** Waits until everything committed so far is stored. @returns whether it is. */
  async function fresh(): Promise<boolean> {
    const wanted = data.queue.head();
    const stored = () => data.queue.covers(audit.head().cursor, wanted);
    if (stored()) return true;
    return new Promise(resolve => {
      const finish = (result: boolean) => {
        clearTimeout(timer);
        stop();
        resolve(result);
      };
      const timer = setTimeout(() => finish(false), FRESHNESS_MS);
      const stop = audit.onAppended(() => {
        if (stored()) finish(true);
      });
      audit.hurry();
    });
  }

  /** What else there may have been, for what is not found. */
  function goneBefore(): string {
    const { removed } = audit.head();
    return removed === 0 ? '' : ` Events up to ${removed} were removed: they were as old as the log is kept.`;
  }

  /** Whether a filter asks for exactly the caller's own activity. */
  function isOwnActivity({ include }: AuditFilter, self: string): boolean {
    const only = (values: string[] | undefined) => values?.length === 1 && values[0] === self;
    return only(include.actor) || only(include.onBehalfOf);
  }

  /** The one object that a filter asks about, if it is one. */
  function singleTarget({ include }: AuditFilter) {
    const [target, ...more] = include.target ?? [];
    const ref = target === undefined || more.length > 0 ? undefined : parseRef(target);
    return ref === undefined || ref.id === '' ? undefined : ref;
  }

  async function isManaged(caller: Caller, type: string): Promise<boolean> {
    const types = await data.as(actorOf(caller)).types.all();
    return types.some(defined => defined.type.name === type);
  }

  /** How far the caller sees of what `filter` asks for. @throws Problem `forbidden` */
  async function sightOf(caller: Caller, filter: AuditFilter): Promise<Sight> {
    const { principal } = caller;
    const tenantId = principal.token?.tenantId;
    if (tenantId !== undefined) {
      authorize(caller, 'audit.log');
      const asked = filter.include.tenantId;
      if (asked !== undefined && !asked.includes(tenantId))
        throw forbidden('this token is bound to another tenant');
      return {
        filter: { ...filter, include: { ...filter.include, tenantId: [tenantId] } },
        withContext: true,
      };
    }
    if (may(principal, 'audit.log')) {
      authorize(caller, 'audit.log');
      return { filter, withContext: true };
    }
    if (isOwnActivity(filter, formatRef('users', principal.user.id)) && may(principal, 'own')) {
      authorize(caller, 'own');
      return { filter, withContext: true };
    }
    const target = singleTarget(filter);
    if (target !== undefined && (await isManaged(caller, target.type))) {
      authorize(caller, 'audit.object');
      const hidden = CONTEXT_KEYS.find(
        key => filter.include[key] !== undefined || filter.exclude[key] !== undefined,
      );
      if (hidden !== undefined)
        throw forbidden(`only those who may read the whole audit log can filter by ${hidden}`);
      return { filter, withContext: false };
    }
    throw forbidden(
      `${refusal(principal, 'audit.log')}; ask for one object of a type that is kept here (target=TYPE:ID) or for your own activity (actor=users:${principal.user.id})`,
    );
  }

  /** Records that the log was asked, `query` being the question in words. */
  async function recordQuery(caller: Caller, query: string): Promise<void> {
    await data.as(actorOf(caller)).occurred({
      action: 'viewed',
      target: { type: 'audit', id: 'log' },
      eventName: 'audit.queried',
      query,
    });
  }

  /** Records a question, unless it follows from one that is recorded. @throws Problem `bad_request` */
  async function recordUnlessWithin(
    caller: Caller,
    query: string,
    within: string | undefined,
    followUp: FollowUp | undefined,
  ): Promise<void> {
    const covered = within !== undefined && (await browsing.covers(caller, within, followUp));
    if (!covered) await recordQuery(caller, query);
  }

  return {
    fresh,
    sightOf,
    recordQuery,
    recordUnlessWithin,

    /** Events in the log. */
    size: () => audit.head().size,

    /**
     * A page of events. Only its first page is an event. `within` is for what follows from them, if that was asked.
     * @throws Problem `forbidden`, `bad_request`
     */
    async search(
      caller: Caller,
      request: AuditRequest,
    ): Promise<EventPage & { stale: boolean; within?: string }> {
      const { filter, withContext } = await sightOf(caller, request.filter);
      const { order, limit, browse } = request;
      const begun = cursors.opened(caller, request.cursor);
      const stale = !(await fresh());
      const { type, id } = actorOf(caller);
      const page = await audit.page({
        filter,
        order,
        limit,
        withContext,
        reader: { type, id },
        ...begun,
      });
      if (begun.cursor === undefined) {
        const query = auditQueryText({ filter, order, limit, ...(browse ? { browse } : {}) });
        await recordUnlessWithin(caller, query, request.within, followUpOf(request.filter));
      }
      const within = browse ? { within: browsing.begin(caller, request.filter) } : {};
      return { ...cursors.sealed(caller, page), stale, ...within };
    },

    /**
     * One event by its id or, in decimal digits, its `seq`, as JSON.
     * @throws Problem `not_found`, also for one that the caller may not see; `unavailable` if it may yet come
     */
    async event(caller: Caller, id: string): Promise<string> {
      authorize(caller, may(caller.principal, 'audit.log') ? 'audit.log' : 'audit.object');
      const named = /^(?:\d{1,15}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.test(id);
      const isFresh = await fresh();
      const json = named ? await audit.event(id, true) : null;
      const missing = () =>
        isFresh || !named
          ? new Problem('not_found', `There is no event ${id}, or none that you may see.${goneBefore()}`)
          : catchingUp();
      if (json === null) throw missing();
      const event = JSON.parse(json) as DataEvent;
      const sight = await eventSight(caller, event);
      if (sight === undefined) throw missing();
      await recordQuery(caller, `id=${id}`);
      if (sight.withContext) return json;
      const { context: _, ...rest } = event;
      return JSON.stringify(rest);
    },

    async summary(
      caller: Caller,
      request: { filter: AuditFilter; by: SummaryKey; limit: number; within?: string },
    ): Promise<Summary & { stale: boolean }> {
      const { filter } = await sightOf(caller, request.filter);
      const stale = !(await fresh());
      const summary = await audit.summary(filter, request.by, request.limit);
      const counts: FollowUp = { what: 'counts', filter: request.filter };
      await recordUnlessWithin(caller, auditQueryText({ filter, by: request.by }), request.within, counts);
      return { ...summary, stale };
    },

    /** Statistics of the log, an actor, a target, or whatever else matches. */
    async stats(caller: Caller, { within, ...request }: StatsQuestion & { within?: string }): Promise<Stats> {
      const { filter } = await sightOf(caller, request.filter);
      const stale = !(await fresh());
      const stats = await audit.stats({ ...request, filter });
      const counts: FollowUp = { what: 'counts', filter: request.filter };
      const query = auditQueryText({ filter, derive: { what: 'stats' } });
      await recordUnlessWithin(caller, query, within, counts);
      return { ...stats, ...(stale ? { stale } : {}) };
    },

    /** Opens a stream of events by `seq`: what `next` reads from there. */
    async follow(caller: Caller, filter: AuditFilter) {
      let sight = await sightOf(caller, filter);
      await recordQuery(caller, auditQueryText({ filter: sight.filter, follow: true }));
      const reader = actorOf(caller);
      return {
        /** Looks again at what the follower may see. @throws Problem `forbidden` */
        async look(now: Caller): Promise<void> {
          sight = await sightOf(now, filter);
        },
        /** Matching events after `seq`, without the follower's own readings of the log. */
        async next(afterSeq: number, limit: number): Promise<LogLines> {
          const { lines, scannedThrough } = await audit.linesAfter(
            afterSeq,
            sight.filter,
            limit,
            sight.withContext,
          );
          return {
            lines: lines.filter(({ json }) => !isReadingBy(JSON.parse(json) as DataEvent, reader)),
            scannedThrough,
          };
        },
        /** Events in the log. */
        size: () => audit.head().size,
        /** Calls `listener` when there is more; returns how to stop that. */
        onAppended: (listener: () => void) => audit.onAppended(listener),
      };
    },
  };

  /** Whether and how a caller may see one event. */
  async function eventSight(caller: Caller, event: DataEvent): Promise<{ withContext: boolean } | undefined> {
    const { principal } = caller;
    const tenantId = principal.token?.tenantId;
    if (tenantId !== undefined && event.tenantId !== tenantId) return undefined;
    if (may(principal, 'audit.log')) return { withContext: true };
    const self = formatRef('users', principal.user.id);
    const ownKeys: FilterKey[] = ['actor', 'onBehalfOf'];
    if (ownKeys.some(key => matches(event, { include: { [key]: [self] }, exclude: {} })))
      return { withContext: true };
    return (await isManaged(caller, event.targetType)) ? { withContext: false } : undefined;
  }
}

export type Audit = ReturnType<typeof createAudit>;
