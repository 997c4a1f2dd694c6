// Whether data.db and audit.db belong together: looked at before a daemon writes to either, by doctor, and of a backup.
// What is found is said exactly, with what to do about it.
import { originOf } from '../../shared/log/checkpoint.js';
import { edgeAt, rootOf, subtreesOf } from '../../shared/log/tiles.js';
import { createTileReader } from '../audit/tile-reader.js';
import { CHECKPOINT_KEY, type Place, parseCursor, REPAIR_KEY } from '../data/outbox.js';
import type { Sqlite } from '../sqlite.js';

/** Which of the two a repair goes on with as it is (`whodid doctor --repair WHAT`). */
export type Repair = 'log' | 'data';

export interface Mismatch {
  /** What was found, in a sentence or two. */
  found: string;
  /** The way out; `undefined` when there is none but putting the right data.db back. */
  repair?: Repair;
  /** Which of the two is another installation's; a foreign log is put aside by a repair. */
  foreign?: 'log' | 'data';
}

interface LogFacts {
  size: number;
  cursor: string | null;
  /** Its checkpoint, and whose log it is by that. */
  note?: string;
  origin?: string;
}

interface DataFacts {
  instance: string;
  epoch: string;
  tail: Omit<Place, 'epoch'>;
  /** The newest checkpoint that main has heard of. */
  checkpoint?: { size: number; root: string };
}

/**
 * What is wrong between the two; `undefined` if they belong together. The connections are for reading; both are of
 * one moment, or what is found may be a daemon's work in between.
 * @param audit `undefined`: there is no audit.db
 * @param isOwnLog whether the keys here have signed the checkpoint of a log with this origin
 */
export function mismatchOf(
  data: Sqlite,
  audit: Sqlite | undefined,
  isOwnLog: (note: string, origin: string) => boolean = () => false,
): Mismatch | undefined {
  const unfinished = metaOf(data, REPAIR_KEY);
  if (unfinished !== undefined) {
    return {
      found: 'A repair was begun and did not come to its end.',
      repair: unfinished as Repair,
    };
  }
  const facts = dataFacts(data);
  const log = audit === undefined ? undefined : logFacts(audit);
  if (log === undefined || log.cursor === null) return withoutLog(data, facts, log);
  if (log.origin !== undefined && log.origin !== originOf(facts.instance)) {
    if (isOwnLog(log.note!, log.origin)) {
      return {
        found: `data.db is another installation's (${originOf(facts.instance)}); audit.db and the keys are those of ${log.origin}.`,
        foreign: 'data',
      };
    }
    return {
      found: `audit.db is the log of another installation (${log.origin}), and data.db that of ${originOf(facts.instance)}.`,
      repair: 'log',
      foreign: 'log',
    };
  }
  return placedWrongly(data, audit!, facts, log);
}

/** No log, or one that has never had an event: right only while data.db holds every event itself. */
function withoutLog(data: Sqlite, { tail, checkpoint }: DataFacts, log: LogFacts | undefined) {
  const lost = eventsBefore(data, 0, tail);
  const known = Math.max(lost, checkpoint?.size ?? 0);
  if (known === 0) return undefined;
  const state = log === undefined ? 'is missing' : 'is empty';
  return { found: `audit.db ${state}, and it has held ${known} events or more.`, repair: 'log' as const };
}

function placedWrongly(data: Sqlite, audit: Sqlite, facts: DataFacts, log: LogFacts): Mismatch | undefined {
  const { tail, checkpoint } = facts;
  if (checkpoint !== undefined && checkpoint.size > log.size) {
    return {
      found: `audit.db is older than data.db: it holds ${log.size} events and has held ${checkpoint.size} or more.`,
      repair: 'log',
    };
  }
  const place = parseCursor(log.cursor!);
  if (place.epoch !== facts.epoch) {
    return {
      found: 'audit.db and data.db are of different lives: data.db was restored or replaced by itself.',
      repair: 'data',
    };
  }
  if (checkpoint !== undefined && checkpoint.size > 0 && rootAt(audit, checkpoint.size) !== checkpoint.root) {
    return {
      found: `audit.db is not the log that it was: its first ${checkpoint.size} events are others than data.db has the checkpoint of.`,
      repair: 'log',
    };
  }
  if (place.position > tail.position || place.total > tail.total) {
    const unknown = Math.max(1, place.total - tail.total);
    return {
      found: `data.db is older than the log: it does not know the last ${unknown} events of it.`,
      repair: 'data',
    };
  }
  const lost = eventsBefore(data, place.position, tail) - place.total;
  if (lost === 0) return undefined;
  return {
    found: `audit.db is older than data.db: ${lost} events are in neither of the two.`,
    repair: 'log',
  };
}

/** How many events came before the first outbox row behind `position`, all in all. */
function eventsBefore(data: Sqlite, position: number, tail: DataFacts['tail']): number {
  const first = data
    .prepare<[number], { total: number; count: number }>(
      'SELECT total, json_array_length(events) AS count FROM outbox WHERE position > ? ORDER BY position LIMIT 1',
    )
    .get(position);
  return first === undefined ? tail.total : first.total - first.count;
}

function dataFacts(data: Sqlite): DataFacts {
  const tail = data
    .prepare<[], DataFacts['tail']>('SELECT position, total FROM outbox ORDER BY position DESC LIMIT 1')
    .get();
  const note = metaOf(data, CHECKPOINT_KEY);
  const [, size, root = ''] = note?.split('\n') ?? [];
  return {
    instance: metaOf(data, 'instance') ?? '',
    epoch: metaOf(data, 'epoch') ?? '',
    tail: tail ?? { position: 0, total: 0 },
    ...(note === undefined ? {} : { checkpoint: { size: Number(size), root } }),
  };
}

function metaOf(data: Sqlite, key: string): string | undefined {
  return data.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck().get(key);
}

function logFacts(audit: Sqlite): LogFacts {
  const has = audit.prepare<[string]>("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?");
  const head =
    has.get('head') === undefined
      ? undefined
      : audit.prepare<[], Omit<LogFacts, 'origin' | 'note'>>('SELECT size, cursor FROM head').get();
  // A log of a version before checkpoints has none.
  const note =
    has.get('checkpoint') === undefined
      ? undefined
      : audit.prepare<[], string>('SELECT note FROM checkpoint').pluck().get();
  const origin = note?.slice(0, note.indexOf('\n'));
  return {
    ...(head ?? { size: 0, cursor: null }),
    ...(note === undefined || origin === undefined ? {} : { note, origin }),
  };
}

/** The log's own checkpoint, if its tree is what that says; `undefined` if there is none that is good. */
export function soundCheckpoint(audit: Sqlite): string | undefined {
  const { note, size: held } = logFacts(audit);
  const [, size, root] = note?.split('\n') ?? [];
  const isSound = note !== undefined && Number(size) <= held && rootAt(audit, Number(size)) === root;
  return isSound ? note : undefined;
}

/** The root of the log's tree when it had `size` events, in base64 as a checkpoint has it. */
function rootAt(audit: Sqlite, size: number): string | undefined {
  try {
    const root = rootOf(edgeAt(size, subtreesOf(createTileReader(audit))));
    return root === undefined ? undefined : Buffer.from(root).toString('base64');
  } catch {
    // A tree that lacks a hash is not the one either.
    return undefined;
  }
}
