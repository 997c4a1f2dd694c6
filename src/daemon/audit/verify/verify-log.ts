// Verifies the log in audit.db: recomputes everything that its checkpoint commits to, and what answers are found and
// counted by. In steps of about 10 ms, with bounded memory, through a connection of its own that reads alone.
import type { TreeHead } from '../../../shared/log/merkle-proof.js';
import type { LogVerdict, VerifiedLog, VerifyProgress } from '../../../shared/verification.js';
import type { Sqlite } from '../../sqlite.js';
import { ERASURE_EVENT } from '../erasure/announcement.js';
import { removalReader } from '../retention/removal-state.js';
import { KIND, type Kind } from '../term.js';
import { createEventCheck } from './event-check.js';
import { strangeObjects, strangeSeals, unevenIndexes, wrongSetAside } from './file-check.js';
import { createFindings } from './findings.js';
import { createIndexCheck } from './index-check.js';
import { createLaneKeys } from './lanes.js';
import { recountOccurrences } from './occurrences.js';
import { checkRemoval } from './removal-check.js';
import { createRollupCheck } from './rollup-check.js';
import { createTreeCheck, type KnownHead } from './tree-check.js';

/** Events between two walks of the index; 8 bytes of memory each. */
const WINDOW = 2_000_000;

/** Room for what is appended while a window is checked. */
const SLACK = 100_000;

export interface VerifyOptions {
  db: Sqlite;
  /** What the log was at earlier moments, as its checkpoint and others know. */
  heads: readonly KnownHead[];
  /** What is taken as verified before, if it is how the log begins. */
  since?: VerifiedLog;
  /** Whether to do what takes longer than a step: for a program that does nothing else. */
  thorough?: boolean;
}

interface Head extends TreeHead {
  recordedAt: number;
}

/** How often a verification begins anew because something was erased meanwhile; then it holds on to one state. */
const MAX_ATTEMPTS = 3;

/**
 * Yields how far it is after each step, and returns what it found.
 * @throws Error for a file that cannot be read, unless it is damaged: then that is what was found
 */
export function* verifyLog(options: VerifyOptions): Generator<VerifyProgress, LogVerdict> {
  const { db } = options;
  for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt += 1) {
    const verdict = yield* verifyOnce(options);
    if (verdict !== undefined) return verdict;
  }
  try {
    db.exec('BEGIN');
    return (yield* verifyOnce(options))!;
  } finally {
    if (db.inTransaction) db.exec('ROLLBACK');
  }
}

/** @returns `undefined` if something was erased meanwhile, so that index and events are not of one state */
function* verifyOnce({
  db,
  heads: known,
  since,
  thorough = false,
}: VerifyOptions): Generator<VerifyProgress, LogVerdict | undefined> {
  const readErasures = db
    .prepare<[Kind, string], number>('SELECT events FROM terms WHERE kind = ? AND value = ?')
    .pluck();
  const erasures = () => readErasures.get(KIND.eventName, ERASURE_EVENT) ?? 0;
  const holdsOn = db.inTransaction;
  const erasuresAtFirst = erasures();
  const readHead = db.prepare<[], Head>('SELECT size, root, recorded_at AS recordedAt FROM head');
  const currentHead = (): Head => readHead.get() ?? { size: 0, root: Buffer.alloc(0), recordedAt: 0 };
  const findings = createFindings();
  const keys = createLaneKeys();
  const removal = removalReader(db);
  const { removed: removedBefore } = removal();
  let head = currentHead();
  const heads = since === undefined ? known : [...known, vouchedHead(since)];
  const start = since === undefined || since.size > head.size ? 0 : since.size;
  const tree = createTreeCheck(db, start, heads, findings);
  const index = createIndexCheck({
    db,
    keys,
    findings,
    capacity: Math.min(head.size - start, WINDOW) + SLACK,
  });
  const rollups = createRollupCheck(db, findings);
  const events = createEventCheck({
    db,
    keys,
    tree,
    findings,
    onEvent(seq, timestamp, stored) {
      index.take(seq, timestamp, stored);
      rollups.take(stored.rolled);
    },
  });

  let done = start;
  function* eventsUpTo(end: number): Generator<VerifyProgress> {
    while (done < end && !findings.full()) {
      done = events.slice(done, end);
      yield { phase: 'events', done: done - start, total: head.size - start };
    }
  }

  try {
    for (let from = start; !findings.full(); from = done) {
      index.begin(from);
      yield* eventsUpTo(Math.min(head.size, from + WINDOW));
      // The index is compared with one state of the log, in which it has grown a little.
      if (!holdsOn) db.exec('BEGIN');
      if (erasures() !== erasuresAtFirst) return undefined;
      const now = currentHead();
      const isLast = now.size - from <= WINDOW + SLACK;
      if (isLast) {
        head = now;
        yield* eventsUpTo(now.size);
      }
      if (isLast) yield* finish();
      // What is counted says nothing when the events are not what they were.
      // While old events are being removed the counts go down beside this: the next verification compares them.
      const { removed } = removal();
      const counts = isLast && start === 0 && removed === removedBefore && findings.count() === 0;
      for (const _ of index.compare(done, now.size, removed, counts))
        yield { phase: 'index', done: done - start, total: head.size - start };
      const isSuspect = counts && !findings.full() ? index.suspects() : undefined;
      if (isSuspect !== undefined) {
        for (const _ of recountOccurrences({ db, keys, findings, size: done, isSuspect }))
          yield { phase: 'index', done: done - start, total: head.size - start };
      }
      if (counts && !findings.full()) {
        for (const _ of rollups.compare())
          yield { phase: 'index', done: done - start, total: head.size - start };
      }
      if (!holdsOn) db.exec('COMMIT');
      if (isLast) break;
      head = now;
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
    findings.add('file', Math.min(done + 1, head.size), `The file is damaged: ${error.message}.`);
  } finally {
    if (!holdsOn && db.inTransaction) db.exec('ROLLBACK');
  }

  function* finish(): Generator<VerifyProgress> {
    if (findings.full()) return;
    tree.finish(head.size);
    for (const _ of checkRemoval(db, { size: head.size, root: tree.root() }, findings))
      yield { phase: 'index', done: done - start, total: head.size - start };
    if (Buffer.compare(tree.root(), head.root) !== 0 && head.size > 0)
      findings.add('tree', null, 'The root of the tree is not the one that is kept.');
    const beyond = db
      .prepare<[number], number | null>('SELECT max(seq) FROM events WHERE seq > ?')
      .pluck()
      .get(head.size);
    if (beyond !== null && beyond !== undefined)
      findings.add('event', head.size + 1, `There is an event ${beyond} beyond the end of the log.`);
    const { removed } = removal();
    const before = db
      .prepare<[number], number | null>('SELECT min(seq) FROM events WHERE seq <= ?')
      .pluck()
      .get(removed);
    if (before !== null && before !== undefined)
      findings.add('event', null, `There is an event ${before} before the beginning of the log.`);
    if (events.recordedAt() !== head.recordedAt && done > start && findings.count() === 0)
      findings.add('event', head.size, 'The time of the newest event is not the one that is kept.');
    const faults = [
      ...strangeObjects(db),
      ...wrongSetAside(db),
      ...strangeSeals(db),
      ...(thorough ? unevenIndexes(db) : []),
    ];
    for (const fault of faults) findings.add('file', null, fault);
  }

  const worst = findings.worst();
  const { removed, announcedBy } = removal();
  return {
    ok: findings.count() === 0,
    size: head.size,
    root: Buffer.from(tree.root()).toString('base64'),
    signedSize: Math.max(0, ...heads.map(({ size }) => size).filter(size => size <= head.size)),
    since: start,
    verified: Math.max(0, done - Math.max(start, removed)),
    ...(removed === 0 ? {} : { removed: { through: removed, announcedBy } }),
    firstBad: worst[0]?.seq ?? null,
    findings: worst,
    found: findings.count(),
  };
}

const vouchedHead = ({ size, root }: VerifiedLog): KnownHead => ({
  name: 'What was verified before',
  size,
  root: Buffer.from(root, 'base64'),
  isKept: true,
});

/** What SQLite says of a file that is not as it wrote it. */
function isDamage(error: unknown): error is Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB';
}
