// Records: reading and changing them in the caller's name, under the roles table.

import { Problem } from '../../shared/problem.js';
import { unknownFieldReason } from '../../shared/unknown-field.js';
import type { DataLayer } from '../data/data-layer.js';
import type { IdempotencyKey } from '../data/idempotency.js';
import type { ListQuery, RecordPage } from '../data/record-list.js';
import type { RecordBody } from '../data/record-type.js';
import type { StoredRecord, WriteOptions } from '../data/records.js';
import type { UserData } from '../data/user-data.js';
import { actorOf, type Caller } from './caller.js';
import { authorize, type Operation } from './policy.js';

export type { RecordBody, StoredRecord };

/** What a request asks for beside the record. */
export interface WriteRequest {
  /** The answer shows no body. */
  minimal: boolean;
  ifMatch?: readonly number[];
  idempotency?: Omit<IdempotencyKey, 'principal'>;
}

export interface Written {
  record: StoredRecord;
  /** The ids of the events of this request. */
  eventIds: string[];
}

/** What of a note the daemon sets. */
const NOTE_FACTS = ['creatorId', 'timestamp'] as const;

function refuseNoteFacts(body: RecordBody): void {
  const errors = NOTE_FACTS.filter(field => Object.hasOwn(body, field)).map(field => ({
    field,
    reason: 'is set by the daemon',
  }));
  if (errors.length > 0) {
    throw new Problem('invalid', `${errors[0]!.field} of a note is set by the daemon and cannot be given.`, {
      errors,
    });
  }
}

/** The row of the roles table that changing a record falls under. */
export function writeOperation(
  caller: Caller,
  type: string,
  id: string | undefined,
  patch: RecordBody | undefined,
): Operation {
  if (type !== 'users') return 'records.write';
  const own = id === caller.principal.user.id && patch !== undefined;
  return own && Object.keys(patch).every(field => field === 'name') ? 'own' : 'administer';
}

export function createRecords({ data, now }: { data: DataLayer; now(): number }) {
  function options(request: WriteRequest, scope: UserData, type: string): WriteOptions {
    const { minimal, ifMatch, idempotency } = request;
    if (idempotency === undefined) return { minimal, ...(ifMatch === undefined ? {} : { ifMatch }) };
    const key = { ...idempotency, principal: `${scope.actor.type}:${scope.actor.id}` };
    return {
      minimal,
      replay() {
        const answer = scope.idempotency.recall(key, now());
        return answer === undefined ? undefined : (JSON.parse(answer) as StoredRecord);
      },
      alongside: (unit, record) =>
        scope.idempotency.remember(key, JSON.stringify({ type, ...record }), unit.now),
    };
  }

  return {
    /** One record, seen. */
    async view(caller: Caller, typeName: string, id: string): Promise<StoredRecord> {
      authorize(caller, 'records.read');
      const scope = data.as(actorOf(caller));
      const { type } = await scope.types.find(typeName);
      return scope.records.view(type, id);
    },

    /** What can be told of a record without showing it: its version. */
    async version(caller: Caller, typeName: string, id: string): Promise<number> {
      authorize(caller, 'records.read');
      const scope = data.as(actorOf(caller));
      const { type } = await scope.types.find(typeName);
      return (await scope.records.peek(type, id)).version;
    },

    async list(caller: Caller, typeName: string, query: ListQuery): Promise<RecordPage> {
      authorize(caller, 'records.read');
      const scope = data.as(actorOf(caller));
      const { type } = await scope.types.find(typeName);
      const unknown = Object.keys(query.where).filter(field => !type.fields.has(field));
      if (unknown.length > 0) {
        const errors = unknown.map(field => ({
          field,
          reason: unknownFieldReason(field, typeName, type.fields),
        }));
        throw new Problem('bad_request', `${unknown[0]} ${errors[0]?.reason}.`, { errors });
      }
      return scope.records.list(type, query);
    },

    async create(
      caller: Caller,
      typeName: string,
      body: RecordBody,
      request: WriteRequest,
    ): Promise<Written> {
      authorize(caller, writeOperation(caller, typeName, undefined, undefined));
      const scope = data.as(actorOf(caller));
      const { type } = await scope.types.find(typeName);
      let complete = body;
      if (typeName === 'notes') {
        refuseNoteFacts(body);
        complete = { ...body, creatorId: caller.principal.user.id, timestamp: now() };
      }
      const record = await scope.records.create(type, complete, options(request, scope, typeName));
      return { record, eventIds: scope.eventIds };
    },

    async update(
      caller: Caller,
      typeName: string,
      id: string,
      patch: RecordBody,
      request: WriteRequest,
    ): Promise<Written> {
      authorize(caller, writeOperation(caller, typeName, id, patch));
      const scope = data.as(actorOf(caller));
      const { type } = await scope.types.find(typeName);
      if (typeName === 'notes') refuseNoteFacts(patch);
      const write = options(request, scope, typeName);
      const record =
        typeName === 'users'
          ? await scope.users.update(id, patch, write)
          : await scope.records.update(type, id, patch, write);
      return { record, eventIds: scope.eventIds };
    },

    async delete(caller: Caller, typeName: string, id: string, request: WriteRequest): Promise<string[]> {
      authorize(caller, writeOperation(caller, typeName, id, undefined));
      const scope = data.as(actorOf(caller));
      const { type } = await scope.types.find(typeName);
      const write = options(request, scope, typeName);
      if (typeName === 'users') await scope.users.delete(id, write);
      else await scope.records.delete(type, id, write);
      return scope.eventIds;
    },
  };
}

export type Records = ReturnType<typeof createRecords>;
