// Carries out erasures for the log's one writer, a bounded number of events at a time: what goes, the event that
// announces it and how far the erasure is are one transaction, so that after a crash it goes on where it was.
import type { PendingEvent } from '../../../shared/data-event.js';
import { emptyWal, type Sqlite } from '../../sqlite.js';
import { type AtStep, passBy } from '../../steps.js';
import type { LogHead } from '../audit-log.js';
import { scanLog } from '../log-scan.js';
import { createLogView } from '../log-view.js';
import { rememberRule } from '../retention/rule-progress.js';
import type { Kind } from '../term.js';
import { announcement, MAX_ANNOUNCED } from './announcement.js';
import { createEraser } from './eraser.js';
import type { ErasureOrder, ErasureProgress } from './order.js';
import { createOrderTable, type KeptOrder, type Standing } from './order-table.js';
import { rewriteTerms } from './shreds.js';

/** Ids of announcing events that are remembered for the answer. */
const MAX_IDS = 20;

/** What a step came to. `waits`: it cannot go on at the moment, somebody reads or has to be heard of. */
export interface ErasureStep {
  head: LogHead;
  progress: ErasureProgress;
  waits: boolean;
}

export interface LogErasures {
  /** Takes an order, or finds the one that was given before. */
  begin(order: ErasureOrder): Promise<ErasureProgress>;
  /** Those that are under way, oldest first. */
  underWay(): Promise<ErasureProgress[]>;
  /**
   * Goes on with the oldest. @returns `null` if there is none
   * @throws LogMoved if the log does not have `expectedSize` events
   */
  step(expectedSize: number): Promise<ErasureStep | null>;
  /** data.db has let go of what it remembered: it is done. @returns `null` for one that is not under way */
  cleared(id: string): Promise<ErasureProgress | null>;
  /** Gives it up: it cannot be carried out. What is erased already stays so, and is announced. */
  giveUp(reason: string): Promise<ErasureProgress | null>;
}

export interface LogErasuresOptions {
  db: Sqlite;
  clock(): number;
  head(): LogHead;
  /** Runs `change` on the head in one transaction, if the log has the expected size. */
  transact(expectedSize: number, change: (old: LogHead) => LogHead): LogHead;
  /** Appends within such a transaction. */
  append(old: LogHead, event: PendingEvent): LogHead;
  /** A term is not what it was. */
  forgetTerm(kind: Kind, value: string): void;
  atStep?: AtStep;
}

export function createLogErasures(options: LogErasuresOptions): LogErasures {
  const { db, clock, head, transact, append, forgetTerm, atStep = passBy } = options;
  const table = createOrderTable(db);
  const view = createLogView(db);
  const eraser = createEraser(db, forgetTerm);
  const remember = rememberRule(db);

  const progressOf = ({ order, standing }: KeptOrder): ErasureProgress => ({
    id: order.id,
    phase: standing.phase,
    events: standing.events,
    values: standing.values,
    eventIds: standing.eventIds,
    answers: order.answers,
    ...(order.tidies === undefined ? {} : { tidies: order.tidies }),
    ...(order.rule === undefined && order.tidies === undefined ? {} : { ofAge: true }),
  });

  /** Events whose turn it is, and where to go on after them; none left when that is `undefined`. */
  function nextEvents({ order, standing }: KeptOrder): { seqs: number[]; next: Standing | undefined } {
    const { filters, seqs = [], through } = order;
    const { at, after } = standing;
    const { removed } = head();
    const filter = filters[at];
    if (filter === undefined) {
      const some = seqs.slice(after, after + MAX_ANNOUNCED).filter(seq => seq > removed && seq <= through);
      const done = after + MAX_ANNOUNCED;
      return { seqs: some, next: done < seqs.length ? { ...standing, after: done } : undefined };
    }
    const { rows, scannedThrough } = scanLog(view, after, filter, MAX_ANNOUNCED);
    const some = rows.map(([seq]) => seq).filter(seq => seq <= through);
    if (scannedThrough < through) return { seqs: some, next: { ...standing, after: scannedThrough } };
    const isLast = at + 1 === filters.length && seqs.length === 0;
    return { seqs: some, next: isLast ? undefined : { ...standing, at: at + 1, after: order.after ?? 0 } };
  }

  /** Erases of the next events, announces it and remembers how far it is. */
  function eraseSome(kept: KeptOrder, old: LogHead): LogHead {
    const { order, standing } = kept;
    const { seqs, next } = nextEvents(kept);
    const { paths, only } = order;
    const { values, goneTerms } = eraser.erase({ seqs, paths, only, by: old.size + 1 });
    // Values are gone, and nothing says so yet.
    atStep('mid-erasure');
    const moved: Standing = { ...(next ?? standing), phase: next === undefined ? 'tidying' : 'erasing' };
    moved.goneTerms += goneTerms;
    let appended = old;
    if (values.size > 0) {
      const event = announcement({ by: order.by, asked: order.asked, erased: values, now: clock() });
      appended = append(old, event);
      moved.events += new Set([...values.values()].flat()).size;
      for (const lost of values.values()) moved.values += lost.length;
      moved.eventIds = [...standing.eventIds, event.id].slice(0, MAX_IDS);
    }
    kept.standing = moved;
    table.update(order.id, moved);
    if (next === undefined && order.rule !== undefined) remember(order.rule, order.through);
    atStep('mid-erasure');
    return appended;
  }

  /** @returns whether it has to be tried again */
  function tidy(kept: KeptOrder): boolean {
    const { order, standing } = kept;
    atStep('mid-erasure');
    if (standing.goneTerms > 0) {
      rewriteTerms(db, atStep);
      kept.standing = { ...standing, goneTerms: 0 };
      table.update(order.id, kept.standing);
    }
    if (!emptyWal(db)) return true;
    atStep('mid-erasure');
    kept.standing = { ...kept.standing, phase: 'erased' };
    table.update(order.id, kept.standing);
    return false;
  }

  return {
    async begin(order) {
      const { size } = head();
      table.add({ ...order, through: Math.min(order.through ?? size, size) });
      return progressOf(table.all().find(kept => kept.order.id === order.id)!);
    },

    underWay: async () => table.all().map(progressOf),

    async step(expectedSize) {
      const [kept] = table.all();
      if (kept === undefined) return null;
      if (kept.standing.phase === 'erasing') {
        const moved = transact(expectedSize, old => eraseSome(kept, old));
        return { head: moved, progress: progressOf(kept), waits: false };
      }
      // A rule is looked at each day, and mostly finds nothing: then there is nothing to tidy.
      if (kept.order.rule !== undefined && kept.standing.values === 0) {
        table.remove(kept.order.id);
        return { head: head(), progress: { ...progressOf(kept), phase: 'done' }, waits: false };
      }
      const waits = kept.standing.phase === 'erased' || tidy(kept);
      return { head: head(), progress: progressOf(kept), waits };
    },

    async cleared(id) {
      const kept = table.all().find(({ order, standing }) => order.id === id && standing.phase === 'erased');
      if (kept === undefined) return null;
      atStep('mid-erasure');
      table.remove(id);
      return { ...progressOf(kept), phase: 'done' };
    },

    async giveUp(reason) {
      const [kept] = table.all();
      if (kept === undefined) return null;
      table.remove(kept.order.id);
      return { ...progressOf(kept), phase: 'failed', reason };
    },
  };
}
