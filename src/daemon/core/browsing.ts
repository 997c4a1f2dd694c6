// Looking around in what one query found: how the object of each event stood at it, what else its request did, how
// often what is found. A program that shows all this beside a list asks for it with every step of a cursor; recorded
// each time, looking would fill what is looked at. So the query says that it is for browsing, which is recorded with
// it, and gets a text with which questions that follow from it are asked as its further pages are.
import { type AuditFilter, matches } from '../../shared/audit-filter.js';
import { auditQueryText } from '../../shared/audit-filter-text.js';
import type { DataEvent } from '../../shared/data-event.js';
import type { ObjectRef } from '../../shared/object-ref.js';
import { Problem } from '../../shared/problem.js';
import type { AuditLog } from '../audit/audit-log.js';
import type { Caller } from './caller.js';
import type { Seals } from './seals.js';

/** How long a query is browsed at most, in milliseconds; what is asked later is recorded again. */
export const BROWSING_MS = 24 * 3_600_000;

export interface BrowsingOptions {
  audit: Pick<AuditLog, 'event' | 'page'>;
  seals: Seals;
  /** How far a caller sees of what a filter asks for. @throws Problem `forbidden` */
  sightOf(caller: Caller, filter: AuditFilter): Promise<{ filter: AuditFilter }>;
  /** Wall clock, milliseconds since the Unix epoch. */
  now(): number;
}

/** A question that may follow from what a query found. */
export type FollowUp =
  /** How an object stood at one of the events, or who had set its fields. */
  | { what: 'moment'; target: ObjectRef; seq: number }
  /** What one of the requests did. */
  | { what: 'request'; requestId: string }
  /** Counts of exactly what was found. */
  | { what: 'counts'; filter: AuditFilter };

export interface Browsing {
  /** What is given to whoever asked that query. */
  begin(caller: Caller, filter: AuditFilter): string;
  /**
   * Whether a question belongs to the query that `within` was given for. It never makes more visible than the
   * question alone would.
   * @throws Problem `bad_request` for a text that this caller was not given, or a question of another kind
   */
  covers(caller: Caller, within: string, followUp: FollowUp | undefined): Promise<boolean>;
}

export function createBrowsing({ audit, seals, sightOf, now }: BrowsingOptions): Browsing {
  function queryOf(caller: Caller, within: string): { filter: AuditFilter; since: number } {
    const text = seals.open(caller, 'browsing', within);
    if (text !== undefined) return JSON.parse(Buffer.from(text, 'base64url').toString());
    throw refusal('is not one that you were given');
  }

  async function isFound(filter: AuditFilter, followUp: FollowUp): Promise<boolean> {
    switch (followUp.what) {
      case 'moment': {
        const { target, seq } = followUp;
        const json = await audit.event(String(seq), true);
        if (json === null) return false;
        const event = JSON.parse(json) as DataEvent;
        return event.targetType === target.type && event.targetId === target.id && matches(event, filter);
      }
      case 'request': {
        const { requestId } = followUp;
        const asked = filter.include.requestId;
        if (asked !== undefined && !asked.includes(requestId)) return false;
        const include = { ...filter.include, requestId: [requestId] };
        const { count } = await audit.page({
          filter: { ...filter, include },
          order: 'asc',
          limit: 1,
          withContext: false,
        });
        return count > 0;
      }
      case 'counts':
        return auditQueryText({ filter: followUp.filter }) === auditQueryText({ filter });
    }
  }

  return {
    begin(caller, filter) {
      const text = JSON.stringify({ filter, since: now() });
      return seals.seal(caller, 'browsing', Buffer.from(text).toString('base64url'));
    },
    async covers(caller, within, followUp) {
      const { filter, since } = queryOf(caller, within);
      if (followUp === undefined)
        throw refusal('goes with a state or blame at an event, one whole request, or counts');
      if (now() - since > BROWSING_MS) return false;
      if (followUp.what === 'counts') return isFound(filter, followUp);
      // The caller may see less now than when they asked.
      const sight = await sightOf(caller, filter);
      return isFound(sight.filter, followUp);
    },
  };
}

const refusal = (reason: string) =>
  new Problem('bad_request', `within ${reason}. Ask again without it.`, {
    errors: [{ field: 'within', reason }],
  });

/** What a query for events follows from others as: what one request did, if it asks for nothing else. */
export function followUpOf({ include, exclude, since, until }: AuditFilter): FollowUp | undefined {
  const [requestId, ...more] = include.requestId ?? [];
  const others = Object.keys(include).length > 1 || Object.keys(exclude).length > 0;
  const isPart = others || since !== undefined || until !== undefined;
  return requestId === undefined || more.length > 0 || isPart ? undefined : { what: 'request', requestId };
}
