// Following the log: server-sent events (WHATWG HTML, 9.2) from GET /v1/audit/stream, joined across dropped
// connections so that no event is lost or shown twice.
import { setTimeout as sleep } from 'node:timers/promises';
import { type AuditQuery, auditParams } from './audit-query.js';
import type { DataEvent } from './data-event.js';
import type { Exchanger } from './exchange.js';
import { Problem } from './problem.js';
import type { Answer } from './transport.js';

export interface FollowOptions {
  /** Starts behind this `seq` (0: from the first event); without it, with what is stored from now on. */
  afterSeq?: number;
  signal?: AbortSignal;
  /** Called when the connection is open, at first and again. */
  onConnected?: () => void;
  /** Called when the connection is lost, before it is tried again after `waitMs`. */
  onLost?: (waitMs: number) => void;
}

/** Waiting before another try doubles from the first of these to the second, in milliseconds. */
const WAIT_MS = { first: 250, most: 10_000 };

/**
 * Every matching event that is stored from now on (or behind `afterSeq`), in the order of the log.
 * @throws Problem when the first connection fails, or a later one in a way that trying again cannot mend.
 */
export async function* followEvents(
  exchanger: Exchanger,
  query: AuditQuery,
  options: FollowOptions = {},
): AsyncGenerator<DataEvent> {
  const { signal, onConnected, onLost } = options;
  let position = options.afterSeq;
  let connectedBefore = false;
  let waitMs = WAIT_MS.first;

  while (!signal?.aborted) {
    try {
      const answer = await open(exchanger, query, position, signal);
      connectedBefore = true;
      onConnected?.();
      for await (const item of serverSentItems(answer)) {
        waitMs = WAIT_MS.first;
        if (position !== undefined && item.seq <= position) continue;
        position = item.seq;
        if (item.event !== undefined) yield item.event;
      }
    } catch (error) {
      if (signal?.aborted) return;
      if (!connectedBefore || !canMend(error)) throw error;
    }
    if (signal?.aborted) return;
    onLost?.(waitMs);
    await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    waitMs = Math.min(waitMs * 2, WAIT_MS.most);
  }
}

function open(
  exchanger: Exchanger,
  query: AuditQuery,
  position: number | undefined,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  return exchanger.send({
    method: 'GET',
    path: '/v1/audit/stream',
    query: auditParams(query),
    headers: {
      accept: 'text/event-stream',
      ...(position === undefined ? {} : { 'last-event-id': String(position) }),
    },
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Whether the daemon may answer again when it is back. */
function canMend(error: unknown): boolean {
  return !(error instanceof Problem) || ['unavailable', 'internal', 'too_many_attempts'].includes(error.code);
}

/** How far the log was followed, and the event found there if it matches. */
interface StreamItem {
  seq: number;
  event?: DataEvent;
}

/**
 * A heartbeat says how far the log was looked at: whoever resumes behind it misses nothing, also when no event
 * has matched yet.
 */
async function* serverSentItems(answer: Answer): AsyncGenerator<StreamItem> {
  const { createParser } = await import('eventsource-parser');
  let items: StreamItem[] = [];
  const parser = createParser({
    onEvent(message) {
      if (message.event === 'heartbeat') {
        items.push({ seq: (JSON.parse(message.data) as { storedSeq: number }).storedSeq });
      } else {
        const event = JSON.parse(message.data) as DataEvent;
        items.push({ seq: event.seq, event });
      }
    },
  });
  answer.body.setEncoding('utf8');
  for await (const chunk of answer.body) {
    parser.feed(String(chunk));
    const ready = items;
    items = [];
    yield* ready;
  }
}
