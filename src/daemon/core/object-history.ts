// What is derived from the events about one object: who may ask for it, and the event that asking is.
import type { AuditFilter } from '../../shared/audit-filter.js';
import { auditQueryText } from '../../shared/audit-filter-text.js';
import type { Blame, Moment, ObjectState } from '../../shared/object-history.js';
import { formatRef, type ObjectRef } from '../../shared/object-ref.js';
import { Problem } from '../../shared/problem.js';
import type { Order } from '../../shared/vocabulary.js';
import type { AuditLog } from '../audit/audit-log.js';
import type { HistoryPage } from '../audit/history/history-page.js';
import type { ObjectQuestion } from '../audit/history/object-answers.js';
import type { DataLayer } from '../data/data-layer.js';
import type { RecordType } from '../data/record-type.js';
import { type Audit, catchingUp } from './audit.js';
import { actorOf, type Caller } from './caller.js';
import type { PageCursors } from './page-cursors.js';

export interface HistoryRequest {
  /** `field`, `since` and `until` at most. */
  filter: AuditFilter;
  order: Order;
  limit: number;
  cursor?: string;
}

export interface ObjectHistoryOptions {
  data: DataLayer;
  audit: AuditLog;
  queries: Pick<Audit, 'fresh' | 'sightOf' | 'recordQuery' | 'recordUnlessWithin'>;
  cursors: PageCursors;
}

export function createObjectHistory({ data, audit, queries, cursors }: ObjectHistoryOptions) {
  /** The type, if records of it are kept here. */
  async function keptType(caller: Caller, name: string): Promise<RecordType | undefined> {
    const types = await data.as(actorOf(caller)).types.all();
    return types.find(({ type }) => type.name === name)?.type;
  }

  const filterOf = (target: ObjectRef): AuditFilter => ({
    include: { target: [formatRef(target.type, target.id)] },
    exclude: {},
  });

  /** Asks the log as far as the caller may see. @throws Problem `forbidden` */
  async function question(caller: Caller, target: ObjectRef, moment: Moment) {
    const { filter } = await queries.sightOf(caller, filterOf(target));
    const type = await keptType(caller, target.type);
    const [tenantId] = filter.include.tenantId ?? [];
    const asked: ObjectQuestion = {
      target: formatRef(target.type, target.id),
      managed: type !== undefined,
      moment,
      recorded: { createdInFull: type?.recording.created === 'changes' },
      ...(tenantId === undefined ? {} : { tenantId }),
    };
    return { asked, type };
  }

  const unknown = ({ type, id }: ObjectRef) => {
    const { removed } = audit.head();
    const gone =
      removed === 0 ? '' : ` Its events up to ${removed} were removed: they were as old as it is kept.`;
    return new Problem('not_found', `The log knows nothing of ${formatRef(type, id)}.${gone}`);
  };

  /**
   * An object as it stood, without the event that asking is.
   * @throws Problem `forbidden`, `not_found`; `unavailable` if the log may yet know it
   */
  async function stateAt(caller: Caller, target: ObjectRef, moment: Moment): Promise<ObjectState> {
    const { asked, type } = await question(caller, target, moment);
    const fresh = await queries.fresh();
    const found = await audit.objectState(asked);
    if (found === null) throw fresh ? unknown(target) : catchingUp();
    return {
      ...(type === undefined ? found : withoutUnrecorded(found, type)),
      ...(fresh ? {} : { stale: true as const }),
    };
  }

  /** Records that an object's moment was asked for, unless it is that of an event which another query found. */
  async function recordMoment(
    caller: Caller,
    target: ObjectRef,
    derive: Moment & { what: 'state' | 'blame' },
    within: string | undefined,
  ): Promise<void> {
    const { seq } = derive;
    const query = auditQueryText({ filter: filterOf(target), derive });
    const followUp = seq === undefined ? undefined : ({ what: 'moment', target, seq } as const);
    await queries.recordUnlessWithin(caller, query, within, followUp);
  }

  return {
    stateAt,

    /**
     * @param within the query whose event of that `seq` this is about; the question belongs to it
     * @throws Problem as `stateAt` does; `bad_request` for a `within` that the caller was not given
     */
    async state(caller: Caller, target: ObjectRef, moment: Moment, within?: string): Promise<ObjectState> {
      const state = await stateAt(caller, target, moment);
      await recordMoment(caller, target, { what: 'state', ...moment }, within);
      return state;
    },

    /** @param within as in `state`. @throws Problem as `state` does */
    async blame(caller: Caller, target: ObjectRef, moment: Moment, within?: string): Promise<Blame[]> {
      const { asked } = await question(caller, target, moment);
      const fresh = await queries.fresh();
      const found = await audit.blame(asked);
      if (found === null) throw fresh ? unknown(target) : catchingUp();
      await recordMoment(caller, target, { what: 'blame', ...moment }, within);
      return fresh ? found : found.map(field => ({ ...field, stale: true as const }));
    },

    /** A page of an object's life. Only its first page is an event. @throws Problem `forbidden` */
    async history(
      caller: Caller,
      target: ObjectRef,
      { filter, order, limit, ...request }: HistoryRequest,
    ): Promise<HistoryPage & { stale: boolean; removedThrough?: number }> {
      const { include } = filterOf(target);
      const begun = cursors.opened(caller, request.cursor);
      const { withContext } = await queries.sightOf(caller, { include, exclude: {} });
      const { asked } = await question(caller, target, {});
      const stale = !(await queries.fresh());
      const { managed, tenantId } = asked;
      const page = await audit.history({
        target: asked.target,
        managed,
        filter,
        order,
        limit,
        withContext,
        ...(tenantId === undefined ? {} : { tenantId }),
        ...begun,
      });
      if (begun.cursor === undefined) {
        const whole = { ...filter, include: { ...filter.include, ...include } };
        const derive = { what: 'history' as const };
        await queries.recordQuery(caller, auditQueryText({ filter: whole, order, limit, derive }));
      }
      const { removed } = audit.head();
      const isOldest = order === 'desc' ? page.next === null : request.cursor === undefined;
      return {
        ...cursors.sealed(caller, page),
        stale,
        ...(isOldest && removed > 0 ? { removedThrough: removed } : {}),
      };
    },
  };
}

/** Names what the type keeps out of the log, where the object has it or may have it. */
function withoutUnrecorded(state: ObjectState, type: RecordType): ObjectState {
  const levels = [type.recording.created, type.recording.changed, type.recording.deleted];
  const ignored = state.exists ? [...type.ignored] : [];
  return {
    ...state,
    complete: state.complete && !levels.includes('none'),
    notRecorded: [...new Set([...state.notRecorded, ...ignored])].sort(),
  };
}

export type ObjectHistory = ReturnType<typeof createObjectHistory>;
