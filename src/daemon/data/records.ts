// Records of every type, as somebody sees and changes them: each operation is one transaction that holds the
// rows and the events, and `prev` is read in the transaction that writes.
import { Problem } from '../../shared/problem.js';
import type { Action } from '../../shared/vocabulary.js';
import type { Sqlite } from '../sqlite.js';
import { changedChanges, createdChanges, deletedChanges } from './changes.js';
import { committedRows } from './committed-rows.js';
import type { Happening } from './happening.js';
import { mergePatch } from './merge-patch.js';
import { type RecordKeys, recordKeys } from './record-keys.js';
import { type ListQuery, type RecordPage, recordLists } from './record-list.js';
import type { RecordBody, RecordType } from './record-type.js';
import type { ActingUnit, Scope } from './scope.js';

/** A record as stored. */
export interface StoredRecord {
  id: string;
  /** Counts the changes; the ETag. */
  version: number;
  body: RecordBody;
}

export interface WriteOptions {
  /** The versions that the writer has seen; another one is a Problem `precondition_failed`. */
  ifMatch?: readonly number[];
  /** The answer shows no body, so nothing is viewed. */
  minimal?: boolean;
  /** The record that an earlier request with the same idempotency key created: it is shown again instead. */
  replay?(): StoredRecord | undefined;
  /** Looks at what is about to happen, inside the transaction, and throws a Problem to refuse it. */
  guard?(prev: RecordBody | undefined, next: RecordBody | undefined): void;
  /** Does what belongs to the same commit (sessions of a user, an idempotency key). */
  alongside?(unit: ActingUnit, written: StoredRecord): void;
}

/** A JSON merge patch (RFC 7396), or what makes the whole new body from the one that is there. */
export type RecordPatch = RecordBody | ((body: RecordBody) => RecordBody);

export interface RecordTables {
  get(type: string, id: number): StoredRecord | undefined;
  /** The same for `users`, of whom each request asks for its own: from memory. Not to be altered. */
  user(id: string): StoredRecord | undefined;
  count(type: string): number;
  /** Every record of a type, by id. */
  all(type: string): Iterable<StoredRecord>;
  keys: RecordKeys;
  lists: ReturnType<typeof recordLists>;
  /** Gives the next id of a type; no id is given twice. */
  nextId(type: string): number;
  insert(type: string, id: number, body: string): void;
  /** Inserts a record under an id that was given before. */
  restore(type: string, id: number, version: number, body: string): void;
  update(type: string, id: number, version: number, body: string): void;
  remove(type: string, id: number): void;
}

/** Most records of a purge in one commit. */
export const PURGE_RECORDS = 500;

interface Row {
  id: number;
  version: number;
  body: string;
}

const stored = ({ id, version, body }: Row): StoredRecord => ({
  id: String(id),
  version,
  body: JSON.parse(body) as RecordBody,
});

/** Users that are kept in memory. */
const REMEMBERED_USERS = 5_000;

/** The tables behind records; for the data layer alone. */
export function recordTables(sqlite: Sqlite): RecordTables {
  const statements = {
    get: sqlite.prepare<[string, number], Row>(
      'SELECT id, version, body FROM records WHERE type = ? AND id = ?',
    ),
    all: sqlite.prepare<[string], Row>('SELECT id, version, body FROM records WHERE type = ? ORDER BY id'),
    count: sqlite.prepare<[string], number>('SELECT count(*) FROM records WHERE type = ?').pluck(),
    nextId: sqlite
      .prepare<[string], number>(
        'INSERT INTO counters (type, last_id) VALUES (?, 1) ON CONFLICT (type) DO UPDATE SET last_id = last_id + 1 RETURNING last_id',
      )
      .pluck(),
    insert: sqlite.prepare('INSERT INTO records (type, id, version, body) VALUES (?, ?, 1, ?)'),
    restore: sqlite.prepare('INSERT INTO records (type, id, version, body) VALUES (?, ?, ?, ?)'),
    reserve: sqlite.prepare(
      'INSERT INTO counters (type, last_id) VALUES (?, ?) ON CONFLICT (type) DO UPDATE SET last_id = max(last_id, excluded.last_id)',
    ),
    update: sqlite.prepare('UPDATE records SET version = ?, body = ? WHERE type = ? AND id = ?'),
    remove: sqlite.prepare('DELETE FROM records WHERE type = ? AND id = ?'),
  };
  function get(type: string, id: number): StoredRecord | undefined {
    const row = statements.get.get(type, id);
    return row === undefined ? undefined : stored(row);
  }
  const users = committedRows<StoredRecord>({
    sqlite,
    max: REMEMBERED_USERS,
    read: id => get('users', Number(id)),
  });
  const written = (type: string, id: number) => {
    if (type === 'users') users.drop(String(id));
  };
  return {
    keys: recordKeys(sqlite),
    lists: recordLists(sqlite),
    get,
    user: users.get,
    count: type => statements.count.get(type) ?? 0,
    *all(type) {
      for (const row of statements.all.iterate(type)) yield stored(row);
    },
    nextId: type => statements.nextId.get(type)!,
    insert: (type, id, body) => void statements.insert.run(type, id, body),
    restore(type, id, version, body) {
      written(type, id);
      statements.reserve.run(type, id);
      statements.restore.run(type, id, version, body);
    },
    update(type, id, version, body) {
      written(type, id);
      statements.update.run(version, body, type, id);
    },
    remove(type, id) {
      written(type, id);
      statements.remove.run(type, id);
    },
  };
}

/** `id` as the decimal number that record ids are, or `undefined`: then no record has it. */
export function recordNumber(id: string): number | undefined {
  return /^[1-9]\d{0,14}$/.test(id) ? Number(id) : undefined;
}

function nameOf(type: RecordType, body: RecordBody): string | undefined {
  const name = type.nameField === undefined ? undefined : body[type.nameField];
  return typeof name === 'string' && name !== '' ? name : undefined;
}

function happening(
  type: RecordType,
  action: Action,
  id: string,
  body: RecordBody,
  eventName: string,
): Happening {
  const happening: Happening = { action, target: { type: type.name, id }, eventName };
  const targetName = nameOf(type, body);
  if (targetName !== undefined) happening.targetName = targetName;
  return happening;
}

function emitView(unit: ActingUnit, type: RecordType, { id, body }: StoredRecord): void {
  if (type.recording.viewed === 'none') return;
  unit.emit(happening(type, 'viewed', id, body, `${type.name}.viewed`));
}

/** Records a change as much as the type wants it recorded. `recorded` is null when nothing recordable changed. */
function emitWrite(
  unit: ActingUnit,
  type: RecordType,
  action: 'created' | 'changed' | 'deleted',
  record: StoredRecord,
  recorded: ReturnType<typeof changedChanges>,
): void {
  const level = type.recording[action];
  if (level === 'none' || (action === 'changed' && recorded === null)) return;
  const fields = Object.keys(recorded?.changes ?? {});
  const eventName =
    action === 'changed' && fields.length === 1 && level === 'changes'
      ? `${type.name}.${fields[0]}.changed`
      : `${type.name}.${action}`;
  const happened = happening(type, action, record.id, record.body, eventName);
  if (level === 'changes' && recorded !== null && fields.length > 0) {
    happened.changes = recorded.changes;
    happened.redactions = recorded.redactions;
  }
  unit.emit(happened);
}

function requireVersion(
  type: RecordType,
  record: StoredRecord,
  ifMatch: readonly number[] | undefined,
): void {
  if (ifMatch !== undefined && !ifMatch.includes(record.version)) {
    throw new Problem(
      'precondition_failed',
      `${type.name} ${record.id} has changed since you read it (it is at version ${record.version}). Read it again, then repeat your change.`,
    );
  }
}

/**
 * What somebody can do with records. A class, because one is made for each request: its functions are made once.
 */
export class Records {
  /** @param current a type as it is defined at this moment */
  constructor(
    private readonly scope: Scope,
    private readonly tables: RecordTables,
    private readonly current: (type: RecordType) => RecordType,
  ) {}

  /** One record, seen. @throws Problem `not_found`. */
  view(given: RecordType, id: string): Promise<StoredRecord> {
    return this.scope.commit('view', unit => {
      const type = this.current(given);
      const record = this.existing(type, id);
      emitView(unit, type, record);
      return record;
    });
  }

  /** One record without its body being shown to anybody, as for a HEAD or a 304. @throws Problem `not_found`. */
  async peek(given: RecordType, id: string): Promise<StoredRecord> {
    return this.existing(this.current(given), id);
  }

  /** A page of records in the order of their ids, each of them seen unless `minimal`. */
  list(given: RecordType, query: ListQuery): Promise<RecordPage> {
    const read = () => this.tables.lists.page(this.current(given), query);
    if (query.minimal) return Promise.resolve().then(read);
    return this.scope.commit('view', unit => {
      const page = read();
      const type = this.current(given);
      for (const record of page.records) emitView(unit, type, record);
      return page;
    });
  }

  create(given: RecordType, body: RecordBody, options: WriteOptions = {}): Promise<StoredRecord> {
    return this.scope.commit('change', unit => {
      const type = this.current(given);
      const earlier = options.replay?.();
      if (earlier !== undefined) {
        if (options.minimal !== true) emitView(unit, type, earlier);
        return earlier;
      }
      const next = this.validated(type, body);
      options.guard?.(undefined, next);
      const id = this.tables.nextId(type.name);
      this.tables.insert(type.name, id, JSON.stringify(next));
      this.tables.keys.add(type, id, next);
      const record = { id: String(id), version: 1, body: next };
      emitWrite(unit, type, 'created', record, createdChanges(type, next));
      if (options.minimal !== true) emitView(unit, type, record);
      options.alongside?.(unit, record);
      return record;
    });
  }

  /** The record without anybody being shown it, if it exists. */
  async find(type: RecordType, id: string): Promise<StoredRecord | undefined> {
    const number = recordNumber(id);
    return number === undefined ? undefined : this.tables.get(type.name, number);
  }

  /** Brings a deleted record back under the id that it had. @throws Problem `conflict` if it exists. */
  restore(
    given: RecordType,
    id: string,
    body: RecordBody,
    options: WriteOptions = {},
  ): Promise<StoredRecord> {
    return this.scope.commit('change', unit => {
      const type = this.current(given);
      const number = recordNumber(id);
      if (number === undefined) throw new Problem('not_found', `There was no ${type.name} ${id}.`);
      if (this.tables.get(type.name, number) !== undefined) {
        throw new Problem('conflict', `${type.name} ${id} exists.`);
      }
      const next = this.validated(type, body);
      options.guard?.(undefined, next);
      // Versions count changes, so the time is one that no earlier ETag of the record can have had.
      const record = { id, version: unit.now, body: next };
      this.tables.restore(type.name, number, record.version, JSON.stringify(next));
      this.tables.keys.add(type, number, next);
      emitWrite(unit, type, 'created', record, createdChanges(type, next));
      options.alongside?.(unit, record);
      return record;
    });
  }

  /** Applies a patch. One that alters nothing writes nothing. */
  update(
    given: RecordType,
    id: string,
    patch: RecordPatch,
    options: WriteOptions = {},
  ): Promise<StoredRecord> {
    return this.scope.commit('change', unit => {
      const type = this.current(given);
      const before = this.existing(type, id);
      requireVersion(type, before, options.ifMatch);
      const patched = typeof patch === 'function' ? patch(before.body) : mergePatch(before.body, patch);
      const next = this.validated(type, patched as RecordBody, Number(id));
      options.guard?.(before.body, next);
      const text = JSON.stringify(next);
      let record = before;
      if (text !== JSON.stringify(before.body)) {
        record = { id, version: before.version + 1, body: next };
        this.tables.update(type.name, Number(id), record.version, text);
        this.tables.keys.replace(type, Number(id), before.body, next);
        emitWrite(unit, type, 'changed', record, changedChanges(type, before.body, next));
      }
      if (options.minimal !== true) emitView(unit, type, record);
      options.alongside?.(unit, record);
      return record;
    });
  }

  delete(given: RecordType, id: string, options: WriteOptions = {}): Promise<void> {
    return this.scope.commit('change', unit => {
      const type = this.current(given);
      const record = this.existing(type, id);
      requireVersion(type, record, options.ifMatch);
      options.guard?.(record.body, undefined);
      this.tables.remove(type.name, Number(id));
      this.tables.keys.remove(type, Number(id), record.body);
      emitWrite(unit, type, 'deleted', record, deletedChanges(type, record.body));
      options.alongside?.(unit, record);
    });
  }

  /** Stores a record as a new version of its type normalizes it, inside a unit of somebody else's. */
  rewriteWithin(unit: ActingUnit, type: RecordType, before: StoredRecord, text: string): RecordBody {
    const body = JSON.parse(text) as RecordBody;
    if (text === JSON.stringify(before.body)) return body;
    const record = { id: before.id, version: before.version + 1, body };
    this.tables.update(type.name, Number(record.id), record.version, text);
    emitWrite(unit, type, 'changed', record, changedChanges(type, before.body, body));
    return body;
  }

  /** Deletes the first records of a type, as many as one commit takes, inside a unit of somebody else's. */
  purgeWithin(unit: ActingUnit, type: RecordType): { purged: number; left: boolean } {
    const part = this.tables.lists.page(type, {
      where: {},
      limit: PURGE_RECORDS,
      order: 'asc',
      minimal: false,
    });
    for (const record of part.records) {
      this.tables.remove(type.name, Number(record.id));
      this.tables.keys.remove(type, Number(record.id), record.body);
      emitWrite(unit, type, 'deleted', record, deletedChanges(type, record.body));
    }
    return { purged: part.records.length, left: part.next !== null };
  }

  private existing(type: RecordType, id: string): StoredRecord {
    const number = recordNumber(id);
    const record = number === undefined ? undefined : this.tables.get(type.name, number);
    if (record === undefined) throw new Problem('not_found', `There is no ${type.name} ${id}.`);
    return record;
  }

  private validated(type: RecordType, body: RecordBody, ownId?: number): RecordBody {
    const next = type.normalize(body);
    const errors = type.faults(next);
    if (errors.length > 0) {
      const [first] = errors;
      throw new Problem('invalid', `${type.name} cannot be saved: ${first!.field} ${first!.reason}.`, {
        errors,
      });
    }
    this.tables.keys.requireUnique(type, next, ownId);
    return next;
  }
}
