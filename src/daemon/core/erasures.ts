// Erasing on request: who may, which events it is about, and the wait until nothing of it is left.
import { randomUUID } from 'node:crypto';
import type { AuditFilter } from '../../shared/audit-filter.js';
import type { DataEvent } from '../../shared/data-event.js';
import type { Erasure, ErasureRequest } from '../../shared/erasure.js';
import { formatRef, type ObjectRef, parseRef } from '../../shared/object-ref.js';
import { Problem } from '../../shared/problem.js';
import type { AuditLog } from '../audit/audit-log.js';
import type { ErasureOrder, ErasureProgress, ErasureQuestion } from '../audit/erasure/order.js';
import type { DataLayer } from '../data/data-layer.js';
import { type Audit, catchingUp } from './audit.js';
import { actorOf, type Caller } from './caller.js';
import { authorize } from './policy.js';

/** How long an answer waits for the end, in milliseconds; then it says that the erasure is under way. */
const WAIT_MS = 20_000;

/** Erasures that are remembered, the newest. */
const REMEMBERED = 100;

export interface ErasuresOptions {
  data: DataLayer;
  audit: AuditLog;
  queries: Pick<Audit, 'fresh' | 'recordQuery'>;
}

/** What a request is about. */
type Selection = Pick<ErasureOrder, 'filters' | 'answers'> & Pick<ErasureQuestion, 'seqs'>;

const invalid = (field: string, reason: string) =>
  new Problem('invalid', `${field} ${reason}.`, { errors: [{ field, reason }] });

export function createErasures({ data, audit, queries }: ErasuresOptions) {
  const known = new Map<string, ErasureProgress>();
  audit.onErasure(progress => {
    if (progress.tidies) return;
    known.delete(progress.id);
    known.set(progress.id, progress);
    for (const id of known.keys()) if (known.size > REMEMBERED) known.delete(id);
  });

  /** @throws Problem `not_found`; `unavailable` if it may yet come */
  async function selectionOf(request: ErasureRequest, isFresh: boolean): Promise<Selection> {
    const { event: id, target, actor, paths } = request;
    const touchesValues = paths === undefined || paths.some(path => path.startsWith('/changes'));
    const answers = (targets: string[], actors: string[]) =>
      touchesValues ? { targets, actors } : { targets: [], actors: [] };
    if (id !== undefined) {
      if (target !== undefined || actor !== undefined)
        throw invalid('event', 'cannot be given beside target or actor');
      const json = await audit.event(id, true);
      if (json === null) throw isFresh ? new Problem('not_found', `There is no event ${id}.`) : catchingUp();
      const { seq, targetType, targetId } = JSON.parse(json) as DataEvent;
      return { filters: [], seqs: [seq], answers: answers([formatRef(targetType, targetId)], []) };
    }
    if (target === undefined && actor === undefined)
      throw invalid('event', 'or target, or actor must be given');
    const about = target === undefined ? [] : [oneObject('target', target)];
    const by = actor === undefined ? [] : [oneObject('actor', actor)];
    return {
      filters: [
        ...about.map(ref => only({ target: [ref] })),
        ...by.flatMap(ref => [only({ actor: [ref] }), only({ onBehalfOf: [ref] })]),
      ],
      answers: answers(about, by),
    };
  }

  /** Gives the order to the logger, and waits for the end, but not for ever. */
  async function carriedOut(order: ErasureOrder): Promise<ErasureProgress> {
    return new Promise((resolve, reject) => {
      let last: ErasureProgress | undefined;
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        stop();
        settle();
      };
      const timer = setTimeout(
        () => finish(() => (last === undefined ? reject(untaken()) : resolve(last))),
        WAIT_MS,
      );
      const stop = audit.onErasure(progress => {
        if (progress.id !== order.id) return;
        last = progress;
        if (progress.phase === 'done' || progress.phase === 'failed') finish(() => resolve(progress));
      });
      try {
        audit.erase(order);
      } catch (error) {
        finish(() => reject(error));
      }
    });
  }

  return {
    /**
     * Erases, or says what would go.
     * @throws Problem `forbidden`, `invalid`, `not_found`, `unavailable`
     */
    async erase(caller: Caller, request: ErasureRequest): Promise<Erasure> {
      authorize(caller, 'administer');
      const isFresh = await queries.fresh();
      const selection = await selectionOf(request, isFresh);
      const { preview = false, ...asked } = request;
      const through = audit.head().size;
      const question = {
        ...selection,
        through,
        ...(request.paths === undefined ? {} : { paths: request.paths }),
      };
      if (preview) {
        const { events, values } = await audit.erasurePreview(question);
        await queries.recordQuery(caller, `erasure ${JSON.stringify(asked)}`.slice(0, 4096));
        return {
          id: null,
          state: 'preview',
          events,
          values: values.reduce((sum, path) => sum + path.events, 0),
          paths: values,
          eventIds: [],
        };
      }
      const scope = data.as(actorOf(caller));
      scope.requireRoom();
      const order: ErasureOrder = { id: randomUUID(), ...question, by: byOf(caller), asked };
      return answerOf(await carriedOut(order));
    },

    /** Erasures that are under way, and those that lately were, the newest last. */
    list(caller: Caller): Erasure[] {
      authorize(caller, 'administer');
      return [...known.values()].map(answerOf);
    },
  };
}

const only = (include: AuditFilter['include']): AuditFilter => ({ include, exclude: {} });

function oneObject(field: string, text: string): string {
  const ref: ObjectRef | undefined = parseRef(text);
  if (ref === undefined || ref.id === '') throw invalid(field, 'must be one object, TYPE:ID');
  return formatRef(ref.type, ref.id);
}

const untaken = () =>
  new Problem('unavailable', 'The logger has not answered: nothing was erased yet. Look again in a moment.', {
    retryAfterSeconds: 5,
  });

/** Most characters of a name in an event. */
const MAX_NAME = 256;

function byOf(caller: Caller): ErasureOrder['by'] {
  const { type, id, name, onBehalfOf, requestId, correlationId, context = {} } = actorOf(caller);
  return {
    actorType: type,
    actorId: id,
    ...(name === undefined ? {} : { actorName: [...name].slice(0, MAX_NAME).join('') }),
    ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(Object.keys(context).length === 0 ? {} : { context }),
  };
}

const STATES = {
  erasing: 'under way',
  tidying: 'under way',
  erased: 'under way',
  done: 'done',
  failed: 'failed',
} as const;

function answerOf({ id, phase, events, values, eventIds, reason }: ErasureProgress): Erasure {
  return {
    id,
    state: STATES[phase],
    events,
    values,
    eventIds: [...eventIds],
    ...(reason === undefined ? {} : { reason }),
  };
}

export type Erasures = ReturnType<typeof createErasures>;
