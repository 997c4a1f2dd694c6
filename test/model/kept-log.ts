// A log for random tests of what keeps it small: everything in it is planted with marks that occur nowhere else, and a plain
// list says beside it what there must be, what was erased and what was removed.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogStore } from '#src/daemon/audit/log-store.js';
import { DAY_MS } from '#src/daemon/audit/retention/due.js';
import { type DueRetention, erasureDue, planRetention } from '#src/daemon/audit/retention/plan-retention.js';
import { openSqliteLogReader } from '#src/daemon/audit/sqlite-log-reader.js';
import { openSqliteLogStore } from '#src/daemon/audit/sqlite-log-store.js';
import { openForReading } from '#src/daemon/sqlite.js';
import { allSteps } from '#src/shared/all-steps.js';
import { type AuditFilter, EVERYTHING, matches } from '#src/shared/audit-filter.js';
import type { DataEvent, PendingEvent } from '#src/shared/data-event.js';
import { type RetentionRule, rulePaths } from '#src/shared/retention-rule.js';
import { erasureOrder } from '../daemon/audit/erasure/carried-out.js';
import { announcement } from '../daemon/audit/retention/removed-log.js';
import { testSigner } from '../daemon/audit/test-signer.js';
import { temporaryDirectory } from '../daemon/temporary-directory.js';
import { MARK, planted, valuesOf } from './planted-event.js';

const START = Date.UTC(2024, 0, 10);
/** A year and a day: no log is kept for less. */
const KEPT_DAYS = 366;

export const RULES: readonly RetentionRule[] = [
  { after: '40d', actions: ['viewed'], fields: ['context'] },
  { after: '90d', types: ['orders'] },
];

/** An event as it was appended, and what is left of it. */
export interface ListedEvent {
  seq: number;
  event: PendingEvent;
  storedAt: number;
  /** The paths that were erased. */
  gone: Set<string>;
}

const isControl = ({ source, targetType }: PendingEvent) =>
  source === 'daemon' && ['audit', 'keys', 'tokens', 'types'].includes(targetType);

/** What an event in the list lacks for good: what the daemon did keeps its changes. */
function erase(listed: ListedEvent, paths: readonly string[] | undefined): number {
  let values = 0;
  for (const path of valuesOf(listed.event).keys()) {
    const isWanted = paths === undefined || paths.some(one => path === one || path.startsWith(`${one}/`));
    const isKept = listed.event.source === 'daemon' && path.startsWith('/changes/');
    if (!isWanted || isKept || listed.gone.has(path)) continue;
    listed.gone.add(path);
    values += 1;
  }
  return values;
}

export async function keptLog() {
  const file = join(temporaryDirectory(), 'audit.db');
  const signer = testSigner();
  const list: ListedEvent[] = [];
  const checkpoints: string[] = [];
  let now = START;
  let removed = 0;
  let numbers = 0;
  const open = () => openSqliteLogStore({ file, signer, clock: () => now });
  let store: LogStore = open();
  const reader = openSqliteLogReader(file);

  const nextNumber = () => {
    numbers += 1;
    return numbers;
  };
  const living = () => list.filter(({ seq }) => seq > removed);

  async function append(events: PendingEvent[]): Promise<void> {
    const { size } = await store.head();
    const after = await store.append(size, events, null);
    const known = new Set(list.map(({ event: { id } }) => id));
    const fresh = events.filter(({ id }) => !known.has(id));
    for (const [index, one] of fresh.entries())
      list.push({ seq: size + index + 1, event: one, storedAt: now, gone: new Set() });
    if (after.size !== list.length) throw new Error(`${after.size} events, and ${list.length} in the list`);
  }

  /** Takes the announcements of erasures, which the log has appended by itself, into the list. */
  async function hearAnnouncements(): Promise<void> {
    const { size } = await store.head();
    for (let seq = list.length + 1; seq <= size; seq += 1) {
      const {
        recordedAt,
        seq: _,
        ...one
      } = JSON.parse((await reader.event(String(seq), true))!) as DataEvent;
      list.push({ seq, event: one as PendingEvent, storedAt: recordedAt, gone: new Set() });
    }
  }

  /** A step of whatever there is to do. @returns whether there was anything */
  async function work(): Promise<boolean> {
    const head = await store.head();
    if (head.removed < head.announced) {
      removed = (await store.removePart()).removed;
      return true;
    }
    const step = await store.erasures.step(head.size);
    if (step === null) return false;
    if (step.progress.phase === 'erased') await store.erasures.cleared(step.progress.id);
    else if (step.waits) throw new Error('Somebody reads what is to be tidied.');
    await hearAnnouncements();
    return true;
  }

  function due(): DueRetention {
    const db = openForReading(file);
    try {
      return allSteps(planRetention(db, { days: KEPT_DAYS, rules: RULES }, now));
    } finally {
      db.close();
    }
  }

  return {
    file,
    signer,
    list,
    checkpoints,
    reader,
    living,
    work,
    get removed() {
      return removed;
    },
    pass(days: number) {
      now += days * DAY_MS;
    },
    /** Appends `count` events that `pick` chooses the kinds of, stored at one moment. */
    async grow(count: number, pick: (bound: number) => number): Promise<void> {
      await append(Array.from({ length: count }, () => planted(nextNumber(), now, pick)));
    },
    /** Sends again what was reported. */
    rerun: () => append(list.map(({ event: one }) => one).filter(({ source }) => source === 'reported:1')),
    /** Orders an erasure; the list has it at once. */
    async order(parts: { filters?: AuditFilter[]; seqs?: number[]; paths?: string[] }): Promise<void> {
      const { filters = [], seqs = [], paths } = parts;
      await store.erasures.begin(erasureOrder(parts));
      for (const listed of living()) {
        const found = filters.some(filter =>
          matches({ ...listed.event, seq: listed.seq } as DataEvent, filter),
        );
        if (found || seqs.includes(listed.seq)) erase(listed, paths);
      }
    },
    /** Does what is due by age, as the daemon does: orders to erase, and an announcement of what is to be removed. */
    async age(): Promise<void> {
      const { removal, rules } = due();
      for (const rule of rules) {
        const order = erasureDue(rule);
        if (order === undefined) continue;
        await store.erasures.begin(order);
        for (const listed of living()) {
          const { seq, event: one, storedAt } = listed;
          if (seq <= rule.after || seq > rule.through) continue;
          const { types, actions } = rule.standing.rule;
          if (types !== undefined && !types.includes(one.targetType)) continue;
          if (actions !== undefined && !actions.includes(one.action)) continue;
          // What says how the log was kept has its year.
          if (isControl(one) !== (rule.standing.only === 'control')) continue;
          if (isControl(one) && now - storedAt < KEPT_DAYS * DAY_MS)
            throw new Error(`Event ${seq} is too young to lose anything.`);
          erase(listed, rulePaths(rule.standing.rule));
        }
      }
      if (removal === null) return;
      const young = list.find(
        ({ seq, storedAt }) => seq <= removal.last && now - storedAt < KEPT_DAYS * DAY_MS,
      );
      if (young !== undefined) throw new Error(`Event ${young.seq} is too young to be removed.`);
      await append([announcement(1_000_000 + nextNumber(), removal)]);
    },
    async settle(): Promise<void> {
      while (await work());
    },
    async sign(): Promise<void> {
      await store.sign();
      checkpoints.push((await reader.checkpoint())!);
    },
    restart(): void {
      store.close();
      store = open();
    },
    /** Every event that is there, the oldest first. */
    async events(): Promise<DataEvent[]> {
      const all: DataEvent[] = [];
      for (let after = 0; ; ) {
        const { lines, scannedThrough } = await reader.linesAfter(after, EVERYTHING, 500, true);
        all.push(...lines.map(({ json }) => JSON.parse(json) as DataEvent));
        if (scannedThrough === after) return all;
        after = scannedThrough;
      }
    },
    /** What that must be. */
    expected: () =>
      living().map(({ seq, event: one, storedAt, gone }) => {
        const said = structuredClone(one) as unknown as Record<string, Record<string, unknown> | null>;
        for (const path of gone) {
          const [, group, name] = path.split('/') as [string, string, string?];
          if (name === undefined) said[group] = null;
          else said[group]![name] = group === 'changes' ? { prev: null, next: null } : null;
        }
        const redactions = [...gone].sort().map(path => ({ path, kind: 'erased' }));
        return { ...said, seq, recordedAt: storedAt, ...(redactions.length > 0 ? { redactions } : {}) };
      }),
    /** Marks that are in the file, or in what SQLite keeps beside it. */
    marks(): Set<string> {
      const found = new Set<string>();
      for (const suffix of ['', '-wal', '-shm']) {
        if (!existsSync(file + suffix)) continue;
        for (const [mark] of readFileSync(file + suffix, 'latin1').matchAll(MARK)) found.add(mark);
      }
      return found;
    },
    close() {
      reader.close();
      store.close();
    },
  };
}

export type KeptLog = Awaited<ReturnType<typeof keptLog>>;
