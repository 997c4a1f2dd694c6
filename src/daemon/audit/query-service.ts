// The query thread: answers what main asks of the log, one call at a time or in slices.
import type { MessagePort } from 'node:worker_threads';
import { Problem } from '../../shared/problem.js';
import type { LogReader } from './log-store.js';
import { keepBeating, type Pulse } from './pulse.js';
import { ABANDON, CANCEL, type QueryCall, type QueryMessage, type SentError } from './thread-messages.js';

/** What main gives the query thread when it starts. */
export interface QueryThreadData {
  auditFile: string;
  pulse: Pulse;
}

export interface QueryServiceOptions {
  /** To main. */
  port: MessagePort;
  pulse: Pulse;
  openReader(): LogReader;
}

/** Answers until main says so. @returns the thread's exit status. */
export async function runQueryService({ port, pulse, openReader }: QueryServiceOptions): Promise<number> {
  const say = (message: QueryMessage, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
  keepBeating(pulse);
  try {
    const reader = openReader();
    return await new Promise(resolve => {
      port.on('message', (message: QueryCall | typeof CANCEL | typeof ABANDON) => {
        if (message === CANCEL || message === ABANDON) {
          reader.close();
          resolve(0);
          return;
        }
        const { id } = message;
        answer(reader, message).then(
          value => say({ type: 'answer', id, value }, bytesOf(value)),
          (error: unknown) => say({ type: 'refusal', id, error: sentError(error) }),
        );
      });
      say({ type: 'ready' });
    });
  } catch (error) {
    say({ type: 'failed', sentence: sentError(error).message, hopeless: false });
    return 1;
  }
}

function answer(reader: LogReader, { method, args }: QueryCall): Promise<unknown> {
  const call = reader[method] as (...args: unknown[]) => Promise<unknown>;
  return call(...args);
}

/** The bytes of a page change hands instead of being copied. */
function bytesOf(value: unknown): ArrayBuffer[] {
  if (typeof value !== 'object' || value === null || !('data' in value)) return [];
  return value.data instanceof Uint8Array && value.data.buffer instanceof ArrayBuffer
    ? [value.data.buffer]
    : [];
}

function sentError(error: unknown): SentError {
  if (error instanceof Problem) return { message: error.message, code: error.code, details: error.details };
  if (!(error instanceof Error)) return { message: String(error) };
  return { message: error.message, ...(error.stack === undefined ? {} : { stack: error.stack }) };
}
