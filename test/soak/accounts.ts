// What clients were told, against the log as a follower sees it: in order and without gaps, and for each request exactly
// the events that its answer promised. What is settled is forgotten, so that it works for hours.
import type { DataEvent } from '#src/shared/data-event.js';

export interface Accounts {
  /** Before a request is sent, or each event of a report: `cause` is its correlation id, or the `externalId`. */
  begin(cause: string): void;
  /** It was answered, and so many events must have come of it. */
  expect(cause: string, events: number): void;
  /** The next event of the log. */
  take(event: DataEvent): void;
  /** The `seq` of the last event that was taken. */
  last(): number;
  /** Every `seq` before that which did not come. */
  missing(): number[];
  /** Causes whose events have not all come, or whose answer has not. */
  open(): number;
  /** What is wrong so far. */
  faults: string[];
}

/** More faults than these say nothing new. */
const MAX_FAULTS = 20;

export function createAccounts(): Accounts {
  const causes = new Map<string, { expected?: number; got: number }>();
  /** What each note that is there holds in `data`. */
  const notes = new Map<string, unknown>();
  const faults: string[] = [];
  const missing: number[] = [];
  let last = 0;

  function fault(said: string): void {
    if (faults.length < MAX_FAULTS) faults.push(said);
  }

  function settle(cause: string): void {
    const { expected, got } = causes.get(cause)!;
    if (expected === undefined || got < expected) return;
    if (got > expected) fault(`${cause} has ${got} events, and was promised ${expected}`);
    causes.delete(cause);
  }

  function follow({ seq, action, targetId, changes }: DataEvent): void {
    const change = changes?.data;
    if (change !== undefined) {
      const had = notes.get(targetId) ?? null;
      if (change.prev !== had)
        fault(`note ${targetId} at seq ${seq}: prev is not what the event before left`);
      notes.set(targetId, change.next);
    }
    if (action === 'deleted') notes.delete(targetId);
  }

  return {
    begin: cause => void causes.set(cause, { got: 0 }),
    expect(cause, events) {
      causes.get(cause)!.expected = events;
      settle(cause);
    },
    take(event) {
      if (event.seq <= last) return fault(`seq ${event.seq} comes after ${last}`);
      if (event.seq > last + MAX_FAULTS) fault(`seq ${event.seq} comes after ${last}`);
      else for (let seq = last + 1; seq < event.seq; seq += 1) missing.push(seq);
      last = event.seq;
      const isReport = event.source.startsWith('reported:');
      // Refusals and what the daemon does itself are not what a request was for.
      if (!isReport && (event.targetType !== 'notes' || event.source !== 'data-layer')) return;
      if (!isReport) follow(event);
      const cause = isReport ? event.externalId! : event.correlationId!;
      const known = causes.get(cause);
      if (known === undefined) return fault(`seq ${event.seq} is there twice, or nobody caused it`);
      known.got += 1;
      settle(cause);
    },
    last: () => last,
    missing: () => missing,
    open: () => causes.size,
    faults,
  };
}
