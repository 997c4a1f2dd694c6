// Lets checkpoints of the log leave: appends the newest to a file, or posts it to a witness, on a schedule. Whoever has
// the daemon's rights can rewrite the log, but not what has left. A failure stops nothing; the status says it.
import { appendFile } from 'node:fs/promises';
import type { AuditLog } from './audit/audit-log.js';
import type { Log } from './log.js';

export interface CheckpointDeliveryOptions {
  audit: Pick<AuditLog, 'checkpoint'>;
  /** Absolute path; empty for none. */
  file: string;
  /** Of the witness; empty for none. */
  url: string;
  everyMs: number;
  log: Pick<Log, 'warn' | 'info'>;
}

export interface CheckpointDelivery {
  /** `ok`, or why the newest checkpoint has not left; `undefined` if none is to leave. */
  state(): string | undefined;
  /** Sends the newest checkpoint if it has not been sent. Never throws. */
  deliver(): Promise<void>;
  stop(): void;
}

/** How long a witness may take, in milliseconds. */
const ANSWER_MS = 10_000;

export function startCheckpointDelivery(options: CheckpointDeliveryOptions): CheckpointDelivery {
  const { audit, file, url, everyMs, log } = options;
  const places = [
    ...(file === '' ? [] : [{ name: file, send: (note: string) => append(file, note) }]),
    ...(url === '' ? [] : [{ name: url, send: (note: string) => post(url, note) }]),
  ].map(place => ({ ...place, sent: '', failure: undefined as string | undefined }));
  let turn: Promise<void> = Promise.resolve();

  async function deliverTo(place: (typeof places)[number], note: string): Promise<void> {
    if (place.sent === note) return;
    try {
      await place.send(note);
      if (place.failure !== undefined) log.info('Checkpoints leave again.', { to: place.name });
      place.sent = note;
      place.failure = undefined;
    } catch (error) {
      const reason = reasonOf(error);
      if (place.failure === undefined) log.warn('A checkpoint could not leave.', { to: place.name, reason });
      place.failure = `The newest checkpoint could not be sent to ${place.name}: ${reason}`;
    }
  }

  async function deliverNow(): Promise<void> {
    const note = await audit.checkpoint().catch(() => null);
    if (note === null) return;
    for (const place of places) await deliverTo(place, note);
  }

  const deliver = () => {
    turn = turn.then(deliverNow);
    return turn;
  };
  const timer = places.length === 0 ? undefined : setInterval(() => void deliver(), everyMs).unref();
  if (places.length > 0) void deliver();

  return {
    deliver,
    state: () =>
      places.length === 0
        ? undefined
        : (places.find(({ failure }) => failure !== undefined)?.failure ?? 'ok'),
    stop: () => clearInterval(timer),
  };
}

/** Notes one after the other, an empty line behind each. */
async function append(file: string, note: string): Promise<void> {
  await appendFile(file, `${note}\n`, { mode: 0o600, flush: true });
}

async function post(url: string, note: string): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: note,
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`it answered ${answer.status}`);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error
    ? cause.message || String((cause as NodeJS.ErrnoException).code)
    : error.message;
}
