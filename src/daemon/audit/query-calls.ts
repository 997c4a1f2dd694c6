// Main's end of the query thread: each call is a promise that the thread's answer settles.
import { Problem } from '../../shared/problem.js';
import type { LogReader } from './log-store.js';
import type { LifeMessage, QueryCall, QueryMessage, QueryMethod, SentError } from './thread-messages.js';

export interface QueryCalls {
  queries: Omit<LogReader, 'close'>;
  /** Takes an answer of the thread. */
  hear(message: Exclude<QueryMessage, LifeMessage>): void;
  /** The thread is gone: what is open is refused. */
  refuseOpen(): void;
}

interface OpenCall {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export function createQueryCalls(thread: {
  isRunning(): boolean;
  post(call: QueryCall): unknown;
}): QueryCalls {
  const open = new Map<number, OpenCall>();
  let lastId = 0;

  function call<M extends QueryMethod>(
    method: M,
    ...args: Parameters<LogReader[M]>
  ): ReturnType<LogReader[M]> {
    const answer = new Promise<unknown>((resolve, reject) => {
      if (!thread.isRunning()) {
        reject(unavailable());
        return;
      }
      lastId += 1;
      open.set(lastId, { resolve, reject });
      thread.post({ type: 'call', id: lastId, method, args });
    });
    return answer as ReturnType<LogReader[M]>;
  }

  return {
    queries: {
      page: (...args) => call('page', ...args),
      event: (...args) => call('event', ...args),
      linesAfter: (...args) => call('linesAfter', ...args),
      summary: (...args) => call('summary', ...args),
      exportPart: (...args) => call('exportPart', ...args),
      stats: (...args) => call('stats', ...args),
      history: (...args) => call('history', ...args),
      blame: (...args) => call('blame', ...args),
      objectState: (...args) => call('objectState', ...args),
      checkpoint: (...args) => call('checkpoint', ...args),
      eventProof: (...args) => call('eventProof', ...args),
      growthProof: (...args) => call('growthProof', ...args),
      retentionPreview: (...args) => call('retentionPreview', ...args),
      removedIds: (...args) => call('removedIds', ...args),
      beginVerification: (...args) => call('beginVerification', ...args),
      stepVerification: (...args) => call('stepVerification', ...args),
      pauseVerification: (...args) => call('pauseVerification', ...args),
      resumeVerification: (...args) => call('resumeVerification', ...args),
      erasurePreview: (...args) => call('erasurePreview', ...args),
      eventsById: (...args) => call('eventsById', ...args),
    },
    hear(message) {
      const asked = open.get(message.id);
      open.delete(message.id);
      if (message.type === 'answer') asked?.resolve(message.value);
      else asked?.reject(receivedError(message.error));
    },
    refuseOpen() {
      for (const { reject } of open.values()) reject(unavailable());
      open.clear();
    },
  };
}

function unavailable(): Problem {
  return new Problem('unavailable', 'The audit log cannot be asked at the moment. Try again in a second.', {
    retryAfterSeconds: 1,
  });
}

function receivedError({ message, stack, code, details }: SentError): Error {
  if (code !== undefined) return new Problem(code, message, details);
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
