// Types: seeing and defining what kinds of records there are.
import type { TypeDefinition, TypeInfo, TypeRevision } from '../../shared/api.js';
import { formatRef } from '../../shared/object-ref.js';
import { Problem } from '../../shared/problem.js';
import { SOURCE_DAEMON, SOURCE_DATA_LAYER } from '../../shared/vocabulary.js';
import type { AuditLog } from '../audit/audit-log.js';
import type { DataLayer } from '../data/data-layer.js';
import type { DefinedType } from '../data/types.js';
import type { Audit } from './audit.js';
import { actorOf, type Caller } from './caller.js';
import { authorize } from './policy.js';
import type { Recorded } from './recorded.js';

const shown = ({ type, version }: DefinedType): TypeInfo => ({
  name: type.name,
  builtIn: type.builtIn,
  version,
  schema: type.schema,
  record: type.recording,
  fields: [...type.fields],
});

export interface TypesOptions {
  data: DataLayer;
  audit: AuditLog;
  queries: Pick<Audit, 'fresh'>;
}

export function createTypes({ data, audit, queries }: TypesOptions) {
  /** @throws Problem `conflict` if other programs report events of objects of this type. */
  async function requireUnreported(name: string): Promise<void> {
    if (!(await queries.fresh())) {
      throw new Problem(
        'unavailable',
        `The log is catching up, so whether it has reported events of ${name} is not known yet. Try again in a moment.`,
        { retryAfterSeconds: 1 },
      );
    }
    // The data layer's own events of an earlier type of this name do not count.
    const filter = {
      include: { target: [formatRef(name, '')] },
      exclude: { source: [SOURCE_DATA_LAYER, SOURCE_DAEMON] },
    };
    let page = await audit.linesAfter(0, filter, 1, false);
    while (page.lines.length === 0 && page.scannedThrough < audit.head().size) {
      page = await audit.linesAfter(page.scannedThrough, filter, 1, false);
    }
    if (page.lines.length > 0) {
      throw new Problem(
        'conflict',
        `Other programs have reported events of ${name}. Defining it as a type mixes their events with its records' own; say so with --allow-reported if that is what you want.`,
      );
    }
  }

  return {
    async list(caller: Caller): Promise<TypeInfo[]> {
      authorize(caller, 'service.read');
      return (await data.as(actorOf(caller)).types.all()).map(shown);
    },

    /** @throws Problem `not_found` */
    async show(caller: Caller, name: string): Promise<TypeInfo> {
      authorize(caller, 'service.read');
      return shown(await data.as(actorOf(caller)).types.find(name));
    },

    async define(
      caller: Caller,
      definition: TypeDefinition,
      allowReported: boolean,
    ): Promise<Recorded<TypeInfo>> {
      authorize(caller, 'administer');
      if (!allowReported) await requireUnreported(definition.name);
      const scope = data.as(actorOf(caller));
      return { answer: shown(await scope.types.define(definition)), eventIds: scope.eventIds };
    },

    async revise(caller: Caller, name: string, revision: TypeRevision): Promise<Recorded<TypeInfo>> {
      authorize(caller, 'administer');
      const scope = data.as(actorOf(caller));
      return { answer: shown(await scope.types.revise({ ...revision, name })), eventIds: scope.eventIds };
    },

    /** @returns the ids of its events. */
    async delete(caller: Caller, name: string, purge: boolean): Promise<string[]> {
      authorize(caller, 'administer');
      const scope = data.as(actorOf(caller));
      await scope.types.delete(name, purge);
      return scope.eventIds;
    },
  };
}

export type Types = ReturnType<typeof createTypes>;
