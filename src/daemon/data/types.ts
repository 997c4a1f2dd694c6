// The user's own types: their definitions as rows, compiled once and kept for everybody who reads or writes.
import type { Recording as PartialRecording } from '../../shared/api.js';
import { didYouMean } from '../../shared/nearest.js';
import { Problem } from '../../shared/problem.js';
import type { Sqlite } from '../sqlite.js';
import { BUILT_IN } from './built-in-types.js';
import { compileType } from './compile-type.js';
import { keyOf } from './record-keys.js';
import type { RecordType } from './record-type.js';
import type { Records, RecordTables } from './records.js';
import type { ActingUnit, Scope } from './scope.js';

/** A type and the version of its definition; built-in ones stay at 1. */
export interface DefinedType {
  type: RecordType;
  version: number;
}

export interface Definition {
  name: string;
  schema: Record<string, unknown>;
  record?: PartialRecording;
}

/** How many of a type's records are named when a new version does not fit them. */
const SHOWN_MISFITS = 3;

export interface TypeRegistry {
  /** @throws Problem `not_found` */
  get(name: string): DefinedType;
  has(name: string): boolean;
  all(): DefinedType[];
  put(defined: DefinedType): void;
  drop(name: string): void;
  /** Takes the types from the database again. */
  reload(): void;
}

interface Row {
  name: string;
  version: number;
  schema: string;
  record: string | null;
}

const compileDefinition = ({ name, schema, record }: Definition) =>
  compileType({ name, schema, ...(record === undefined ? {} : { record }) });

/** Compiles every type of the database. */
export function loadTypes(sqlite: Sqlite): TypeRegistry {
  const rows = sqlite.prepare<[], Row>('SELECT name, version, schema, record FROM types ORDER BY name');
  const known = new Map<string, DefinedType>();
  function reload(): void {
    known.clear();
    for (const type of BUILT_IN) known.set(type.name, { type, version: 1 });
    for (const row of rows.all()) {
      const type = compileDefinition({
        name: row.name,
        schema: JSON.parse(row.schema) as Record<string, unknown>,
        ...(row.record === null ? {} : { record: JSON.parse(row.record) as PartialRecording }),
      });
      known.set(row.name, { type, version: row.version });
    }
  }
  reload();
  return {
    get(name) {
      const defined = known.get(name);
      if (defined === undefined) {
        throw new Problem(
          'not_found',
          `There is no type ${name}.${didYouMean(name, known.keys())} The types are ${[...known.keys()].join(', ')}.`,
        );
      }
      return defined;
    },
    has: name => known.has(name),
    all: () => [...known.values()],
    put: defined => void known.set(defined.type.name, defined),
    drop: name => void known.delete(name),
    reload,
  };
}

/** The rows of types. */
export interface TypeTables {
  insert(definition: Definition, version: number): void;
  update(definition: Definition, version: number): void;
  remove(name: string): void;
}

export function typeTables(sqlite: Sqlite): TypeTables {
  const insert = sqlite.prepare('INSERT INTO types (name, version, schema, record) VALUES (?, ?, ?, ?)');
  const update = sqlite.prepare('UPDATE types SET version = ?, schema = ?, record = ? WHERE name = ?');
  const remove = sqlite.prepare('DELETE FROM types WHERE name = ?');
  const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
  return {
    insert: ({ name, schema, record }, version) => void insert.run(name, version, json(schema), json(record)),
    update: ({ name, schema, record }, version) => void update.run(version, json(schema), json(record), name),
    remove: name => void remove.run(name),
  };
}

export interface TypesOptions {
  rows: TypeTables;
  registry: TypeRegistry;
  tables: RecordTables;
}

const target = (name: string) => ({ type: 'types', id: name });
const facets = ({ type }: DefinedType) => ({ schema: type.schema, record: type.recording });

/** What somebody can do with types. A class, because one is made for each request: its functions are made once. */
export class Types {
  constructor(
    private readonly scope: Scope,
    private readonly records: Records,
    private readonly options: TypesOptions,
  ) {}

  async all(): Promise<DefinedType[]> {
    return this.options.registry.all();
  }

  async find(name: string): Promise<DefinedType> {
    return this.options.registry.get(name);
  }

  define(definition: Definition): Promise<DefinedType> {
    return this.scope.commit('control', unit => {
      if (this.options.registry.has(definition.name)) {
        throw new Problem('conflict', `The type ${definition.name} exists already.`);
      }
      const defined = { type: compileDefinition(definition), version: 1 };
      this.options.rows.insert(definition, 1);
      this.options.registry.put(defined);
      const { schema, record } = facets(defined);
      unit.emit({
        action: 'created',
        target: target(definition.name),
        eventName: 'type.created',
        changes: { schema: { prev: null, next: schema }, record: { prev: null, next: record } },
        source: 'daemon',
      });
      return defined;
    });
  }

  /** A new version; every record must fit it. Records' stored form follows (defaults are filled in). */
  revise(definition: Definition): Promise<DefinedType> {
    return this.scope.commit('control', unit => {
      const before = this.ownType(definition.name);
      const type = compileDefinition(definition);
      const after = { type, version: before.version + 1 };
      const prev = facets(before);
      const next = facets(after);
      const changes = Object.fromEntries(
        (['schema', 'record'] as const)
          .filter(facet => JSON.stringify(prev[facet]) !== JSON.stringify(next[facet]))
          .map(facet => [facet, { prev: prev[facet], next: next[facet] }]),
      );
      if (Object.keys(changes).length === 0) return before;
      const rewritten = this.fitRecords(type);
      this.options.rows.update(definition, after.version);
      this.reindex(unit, before.type, type, rewritten);
      this.options.registry.put(after);
      unit.emit({
        action: 'changed',
        target: target(definition.name),
        eventName: 'type.changed',
        changes,
        source: 'daemon',
      });
      return after;
    });
  }

  /**
   * Deletes a type without records, or with `purge` its records too: in parts of a commit each, the type with the
   * last of them. Cut short, it leaves the type with the records that are left.
   * @returns how many records it had
   * @throws Problem `conflict`
   */
  async delete(name: string, purge: boolean): Promise<number> {
    let purged = 0;
    for (;;) {
      const part = await this.scope.commit(purge ? 'change' : 'control', unit =>
        this.deletePart(unit, name, purge),
      );
      purged += part.purged;
      if (!part.left) return purged;
    }
  }

  private ownType(name: string): DefinedType {
    const defined = this.options.registry.get(name);
    if (defined.type.builtIn) {
      throw new Problem('conflict', `The type ${name} is built in and cannot be changed or deleted.`);
    }
    return defined;
  }

  /** Fits the records that exist to the new definition. @throws Problem `conflict` naming those that do not fit. */
  private fitRecords(type: RecordType): Map<number, string> {
    const misfits: string[] = [];
    let count = 0;
    const rewritten = new Map<number, string>();
    const taken = new Map<string, string>();
    for (const { id, body } of this.options.tables.all(type.name)) {
      const next = type.normalize(body);
      const faults = type.faults(next).map(({ field, reason }) => `${field} ${reason}`);
      for (const field of type.unique) {
        const value = keyOf(type, field, next[field]);
        if (value === undefined) continue;
        const key = JSON.stringify([field, value]);
        const other = taken.get(key);
        if (other !== undefined) faults.push(`${field} is the same as that of ${type.name} ${other}`);
        taken.set(key, id);
      }
      if (faults.length > 0) {
        count += 1;
        if (misfits.length < SHOWN_MISFITS) misfits.push(`${type.name} ${id}: ${faults[0]}`);
      }
      rewritten.set(Number(id), JSON.stringify(next));
    }
    if (count > 0) {
      throw new Problem(
        'conflict',
        `${count} of the records of ${type.name} do not fit the new schema (${misfits.join('; ')}). Mend them first, or make the schema wider.`,
      );
    }
    return rewritten;
  }

  /** The next records of a type that is deleted, and the type itself when none is left. */
  private deletePart(unit: ActingUnit, name: string, purge: boolean): { purged: number; left: boolean } {
    const defined = this.ownType(name);
    const count = purge ? 0 : this.options.tables.count(name);
    if (count > 0) {
      throw new Problem(
        'conflict',
        `The type ${name} has ${count} records. Delete them first, or delete the type with --purge.`,
      );
    }
    const part = purge ? this.records.purgeWithin(unit, defined.type) : { purged: 0, left: false };
    if (part.left) return part;
    this.options.rows.remove(name);
    this.options.registry.drop(name);
    const { schema, record } = facets(defined);
    unit.emit({
      action: 'deleted',
      target: target(name),
      eventName: 'type.deleted',
      changes: { schema: { prev: schema, next: null }, record: { prev: record, next: null } },
      source: 'daemon',
    });
    return part;
  }

  /** Stores records as the new schema normalizes them, each that it alters with its event, and indexes them anew. */
  private reindex(
    unit: ActingUnit,
    before: RecordType,
    after: RecordType,
    bodies: Map<number, string>,
  ): void {
    for (const record of [...this.options.tables.all(after.name)]) {
      const id = Number(record.id);
      this.options.tables.keys.remove(before, id, record.body);
      this.options.tables.keys.add(
        after,
        id,
        this.records.rewriteWithin(unit, after, record, bodies.get(id)!),
      );
    }
  }
}
