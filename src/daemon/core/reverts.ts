// Undoing an event, and bringing an object back to how it stood: ordinary changes in the caller's name, which carry
// what they undo as their `correlationId`.
import type { Changes } from '../../shared/data-event.js';
import type { Moment } from '../../shared/object-history.js';
import { formatRef, type ObjectRef } from '../../shared/object-ref.js';
import { Problem } from '../../shared/problem.js';
import type { Revert } from '../../shared/revert.js';
import type { AuditLog } from '../audit/audit-log.js';
import type { DataLayer } from '../data/data-layer.js';
import { jsonEqual } from '../data/json-equal.js';
import type { RecordBody, RecordType } from '../data/record-type.js';
import type { WriteOptions } from '../data/records.js';
import type { UserData } from '../data/user-data.js';
import { type Audit, catchingUp } from './audit.js';
import { actorOf, type Caller } from './caller.js';
import type { ObjectHistory } from './object-history.js';
import { authorize } from './policy.js';
import { writeOperation } from './records.js';
import { plannedChanges, type RevertPlan, requireRevertible, returnTo, undoEvent } from './revert-plan.js';

export interface RevertOptions {
  /** Only say what would be done. */
  preview: boolean;
  /** The versions that the caller has seen. */
  ifMatch?: readonly number[];
}

export interface RevertsOptions {
  data: DataLayer;
  audit: AuditLog;
  queries: Pick<Audit, 'fresh' | 'sightOf' | 'recordQuery'>;
  history: ObjectHistory;
}

/** What is to be done to one record. */
interface Undoing {
  target: ObjectRef;
  type: RecordType;
  correlationId: string | undefined;
  /** @throws Problem `conflict` */
  plan(current: RecordBody | undefined): RevertPlan;
  /** The question in words. */
  query: string;
}

export function createReverts({ data, audit, queries, history }: RevertsOptions) {
  async function keptType(caller: Caller, name: string): Promise<RecordType | undefined> {
    const types = await data.as(actorOf(caller)).types.all();
    return types.find(({ type }) => type.name === name)?.type;
  }

  async function carryOut(caller: Caller, undoing: Undoing, options: RevertOptions): Promise<Revert> {
    const { target, type, correlationId, plan, query } = undoing;
    const scope = data.as({
      ...actorOf(caller),
      ...(correlationId === undefined ? {} : { correlationId }),
    });
    authorize(caller, writeOperation(caller, type.name, target.id, {}));
    const current = await scope.records.find(type, target.id);
    const planned = plan(current?.body);
    const next = planned.body === undefined ? undefined : type.normalize(planned.body);
    const { action, changes } = plannedChanges(type, current?.body, next);
    const patch = action === 'changed' ? changes : undefined;
    authorize(caller, writeOperation(caller, type.name, target.id, patch));
    if (options.preview) await queries.recordQuery(caller, query);
    else if (action !== null) await write(scope, undoing, { action, changes }, options);
    return {
      type: type.name,
      id: target.id,
      action,
      changes,
      notRestored: planned.notRestored,
      correlationId: correlationId ?? null,
      ...(current === undefined ? {} : { etag: `"${current.version}"` }),
      preview: options.preview,
      eventIds: scope.eventIds,
    };
  }

  /** The plan is made again inside the transaction, and must come to what was authorized. */
  async function write(
    scope: UserData,
    { target, type, plan }: Undoing,
    planned: { action: 'created' | 'changed' | 'deleted'; changes: Changes },
    { ifMatch }: RevertOptions,
  ): Promise<void> {
    const { id } = target;
    const options: WriteOptions = {
      minimal: true,
      ...(ifMatch === undefined ? {} : { ifMatch }),
      guard(prev, next) {
        plan(prev);
        if (jsonEqual(plannedChanges(type, prev, next).changes, planned.changes)) return;
        throw new Problem('conflict', `${formatRef(type.name, id)} is just being changed. Look at it again.`);
      },
    };
    const { update, delete: remove } = type.name === 'users' ? scope.users : ofType(scope, type);
    if (planned.action === 'created')
      await scope.records.restore(type, id, plan(undefined).body ?? {}, options);
    else if (planned.action === 'deleted') await remove(id, options);
    else await update(id, body => plan(body).body ?? body, options);
  }

  return {
    /** Undoes one event. @throws Problem `forbidden`, `not_found`, `invalid`, `conflict`, `precondition_failed` */
    async event(caller: Caller, eventId: string, options: RevertOptions): Promise<Revert> {
      const fresh = await queries.fresh();
      const [event] = await audit.eventsById([eventId.toLowerCase()]);
      if (event === undefined) {
        throw fresh
          ? new Problem('not_found', `There is no event ${eventId}, or none that you may see.`)
          : catchingUp();
      }
      const ref = formatRef(event.targetType, event.targetId);
      await queries.sightOf(caller, { include: { target: [ref] }, exclude: {} });
      const target = { type: event.targetType, id: event.targetId };
      return about(target, async () => {
        const type = await keptType(caller, event.targetType);
        requireRevertible(event, type);
        return carryOut(
          caller,
          {
            target,
            type: type!,
            correlationId: event.id,
            plan: current => undoEvent(event, type!, current),
            query: `id=${event.id}&what=revert`,
          },
          options,
        );
      });
    },

    /** Brings an object back to how it stood. @throws Problem as `event` does */
    async object(caller: Caller, target: ObjectRef, moment: Moment, options: RevertOptions): Promise<Revert> {
      const type = await keptType(caller, target.type);
      if (type === undefined) {
        const ref = formatRef(target.type, target.id);
        throw new Problem('invalid', `${ref} is no record that is kept here, so it cannot be brought back.`);
      }
      const state = await history.stateAt(caller, target, moment);
      if (state.stale) throw catchingUp();
      const params = new URLSearchParams({ what: 'restore' });
      for (const [name, value] of Object.entries(moment)) params.set(name, String(value));
      return carryOut(
        caller,
        {
          target,
          type,
          correlationId: state.eventId,
          plan: current => returnTo(state, type, current),
          query: `target=${formatRef(target.type, target.id)}&${params}`,
        },
        options,
      );
    },
  };
}

/** What goes wrong in `work` is recorded as something that happened to this object. */
async function about<Result>(target: ObjectRef, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw new Problem(error.code, error.message, { ...error.details, target });
  }
}

/** Records of a type with the operations that users have. */
function ofType({ records }: UserData, type: RecordType): Pick<UserData['users'], 'update' | 'delete'> {
  return {
    update: (id, patch, options) => records.update(type, id, patch, options),
    delete: (id, options) => records.delete(type, id, options),
  };
}

export type Reverts = ReturnType<typeof createReverts>;
