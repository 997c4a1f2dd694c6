// Whether each record is what the log says it is, field by field as far as fields are recorded. What differs was
// written around the data layer, or belongs to another moment than the log.
import type { Changes } from '../../shared/data-event.js';
import { formatRef } from '../../shared/object-ref.js';
import { SOURCE_DATA_LAYER } from '../../shared/vocabulary.js';
import { eventJson } from '../audit/event-json.js';
import type { EventRow } from '../audit/event-rows.js';
import { readLife } from '../audit/history/life.js';
import { createStanding } from '../audit/history/replay.js';
import { hiddenOf, type Told, toldValue } from '../audit/history/steps.js';
import { scanLog } from '../audit/log-scan.js';
import type { LogView } from '../audit/log-view.js';
import { removalReader } from '../audit/retention/removal-state.js';
import { KIND } from '../audit/term.js';
import { jsonEqual } from '../data/json-equal.js';
import type { RecordBody, RecordType } from '../data/record-type.js';
import { recordNumber } from '../data/records.js';
import { loadTypes } from '../data/types.js';
import type { Sqlite } from '../sqlite.js';
import { atOneMoment, type Moment } from './moments.js';
import { pendingStep } from './pending-steps.js';
import { type RecordedFields, recordedFields } from './recorded-fields.js';

/** A record that is not as the log has it. */
export interface RecordDifference {
  type: string;
  id: string;
  /**
   * `unknown`: the record is there, but not in the log. `gone`: the log has it, but it is not there.
   * `changed`: fields have other values.
   */
  kind: 'unknown' | 'gone' | 'changed';
  /** Each field that differs: `prev` is the log's value, `next` that of data.db. */
  changes: Changes;
}

export interface Comparison {
  /** The first of them, as many as were asked for. */
  differences: RecordDifference[];
  /** How many there are. */
  found: number;
  /** Records that are there. */
  records: number;
  /** The last id of each type that the log knows to have been given. */
  lastIds: Map<string, number>;
}

/**
 * Records, or objects of the log, that are compared at one moment. Few, so that no daemon's WAL grows for long; more
 * with a long outbox, which is read through at every moment.
 */
const SLICE = { least: 500, most: 20_000, ofBacklog: 0.1 };

const sliceOf = ({ backlog }: Moment) =>
  Math.min(SLICE.most, Math.max(SLICE.least, Math.ceil(backlog * SLICE.ofBacklog)));

interface Row {
  id: number;
  body: string;
}

/**
 * Compares every record of every type. The connections are for reading, in no transaction.
 * @param most how many differences are kept
 * @throws QueueMismatch if the two databases do not belong together.
 */
export async function compareRecords(
  connections: { data: Sqlite; audit: Sqlite },
  most = Number.POSITIVE_INFINITY,
): Promise<Comparison> {
  const comparison: Comparison = { differences: [], found: 0, records: 0, lastIds: new Map() };
  const firstCreated: Task['firstCreated'] = new Map();
  const names = loadTypes(connections.data)
    .all()
    .map(({ type }) => type.name);
  for (const name of names) {
    for (const side of [recordsThatAreThere, objectsOfTheLog]) {
      let after: string | null = '';
      while (after !== null) {
        const from: string = after;
        after = await atOneMoment(connections, async moment => {
          const type = loadTypes(moment.data)
            .all()
            .find(found => found.type.name === name)?.type;
          if (type === undefined) return null;
          return side(
            { moment, type, firstCreated, recorded: await recordedFields(moment, type), comparison, most },
            from,
          );
        });
      }
    }
  }
  return comparison;
}

interface Task {
  moment: Moment;
  type: RecordType;
  /** For each type the lowest id whose creation is left in the log, once it was looked for. */
  firstCreated: Map<string, number>;
  recorded: RecordedFields;
  comparison: Comparison;
  most: number;
}

/** Compares a slice of the records behind `after`. @returns where to go on, or `null` at the end */
async function recordsThatAreThere(task: Task, after: string): Promise<string | null> {
  const { moment, type, comparison } = task;
  const slice = sliceOf(moment);
  const rows = moment.data
    .prepare<[string, number, number], Row>(
      'SELECT id, body FROM records WHERE type = ? AND id > ? ORDER BY id LIMIT ?',
    )
    .all(type.name, Number(after), slice);
  const lives = await livesOf(
    task,
    rows.map(({ id }) => String(id)),
  );
  for (const { id, body } of rows) compareOne(task, String(id), lives, JSON.parse(body) as RecordBody);
  comparison.records += rows.length;
  return rows.length < slice ? null : String(rows.at(-1)!.id);
}

/** Finds, in a slice of what the log names, records that should be there and are not. */
async function objectsOfTheLog(task: Task, after: string): Promise<string | null> {
  const { moment, type } = task;
  const slice = sliceOf(moment);
  const from = after || formatRef(type.name, '');
  const targets = moment.log.db
    .prepare<[number, string, string, number], string>(
      'SELECT value FROM terms WHERE kind = ? AND value > ? AND value < ? ORDER BY value LIMIT ?',
    )
    .pluck()
    .all(KIND.target, from, `${type.name};`, slice);
  const isThere = moment.data.prepare<[string, number]>('SELECT 1 FROM records WHERE type = ? AND id = ?');
  const missing = targets
    .map(target => target.slice(type.name.length + 1))
    .filter(id => {
      const number = recordNumber(id);
      // Nobody's record: somebody asked for what never was.
      return number !== undefined && isThere.get(type.name, number) === undefined;
    });
  const lives = await livesOf(task, missing);
  for (const id of missing) compareOne(task, id, lives, undefined);
  return targets.length < slice ? null : targets.at(-1)!;
}

type Lives = ReadonlyMap<string, ReturnType<typeof createStanding>>;

/** What log and outbox tell of some records, by id. */
async function livesOf({ moment, type, recorded }: Task, ids: readonly string[]): Promise<Lives> {
  const lives = new Map<string, ReturnType<typeof createStanding>>();
  for (const id of ids) {
    const replay = createStanding({ createdInFull: recorded.recording.created === 'changes' });
    await readLife(moment.log, { target: formatRef(type.name, id), managed: true, moment: {} }, replay);
    lives.set(id, replay);
  }
  if (lives.size > 0)
    for (const event of moment.pending(type.name)) lives.get(event.targetId)?.take(pendingStep(event));
  return lives;
}

/** @param body `undefined`: there is no such record */
function compareOne(task: Task, id: string, lives: Lives, body: RecordBody | undefined): void {
  const difference = differenceOf(task, id, lives, body);
  if (difference === undefined) return;
  const { comparison, most } = task;
  comparison.found += 1;
  if (comparison.differences.length < most) comparison.differences.push(difference);
}

function differenceOf(
  { moment, type, firstCreated, recorded: { recording, unrecorded }, comparison }: Task,
  id: string,
  lives: Lives,
  body: RecordBody | undefined,
): RecordDifference | undefined {
  const standing = lives.get(id)!.standing();
  const hasSteps = standing.last !== undefined;
  const inLog = hasSteps && standing.exists;
  if (hasSteps)
    comparison.lastIds.set(type.name, Math.max(comparison.lastIds.get(type.name) ?? 0, Number(id)));
  const named = { type: type.name, id };
  if (body === undefined) {
    if (!inLog || recording.deleted === 'none') return undefined;
    return { ...named, kind: 'gone', changes: changesTo({}, standing.fields, unrecorded, true) };
  }
  if (!inLog) {
    if (recording.created === 'none') return undefined;
    // Nothing is left in the log of a record that was made, and last changed, before it begins.
    if (!hasSteps && !isYoungerThanLog(moment, type.name, Number(id), firstCreated)) return undefined;
    return { ...named, kind: 'unknown', changes: changesTo(body, new Map(), unrecorded, true) };
  }
  if (recording.changed === 'none') return undefined;
  const changes = changesTo(body, standing.fields, unrecorded, standing.complete);
  return Object.keys(changes).length === 0 ? undefined : { ...named, kind: 'changed', changes };
}

/** Whether a record must be in the log: none of its events is removed, or a record with a lower id has its first one there. */
function isYoungerThanLog({ log }: Moment, type: string, id: number, firsts: Task['firstCreated']): boolean {
  if (removalReader(log.db)().removed === 0) return true;
  let first = firsts.get(type);
  if (first === undefined) {
    const target = [formatRef(type, '')];
    const include = { target, action: ['created'], source: [SOURCE_DATA_LAYER], outcome: ['success'] };
    const [row] = scanLog(log, 0, { include, exclude: {} }, 1).rows;
    first = row === undefined ? Number.POSITIVE_INFINITY : targetOf(log, row);
    firsts.set(type, first);
  }
  return id > first;
}

function targetOf(log: LogView, row: EventRow): number {
  const { targetId } = JSON.parse(eventJson(row, log.terms, false)) as { targetId: string };
  return Number(targetId);
}

/** What differs between the fields that the log tells and `body`. `whole`: the log tells of every field. */
function changesTo(
  body: RecordBody,
  fields: ReadonlyMap<string, Told>,
  unrecorded: ReadonlySet<string>,
  whole: boolean,
): Changes {
  const changes: Changes = {};
  for (const field of new Set([...fields.keys(), ...(whole ? Object.keys(body) : [])])) {
    const told = fields.get(field) ?? '';
    if (unrecorded.has(field) || hiddenOf(told) !== undefined) continue;
    const prev = toldValue(told);
    const next = Object.hasOwn(body, field) ? (body[field] ?? null) : null;
    if (!jsonEqual(prev, next)) changes[field] = { prev, next };
  }
  return changes;
}
