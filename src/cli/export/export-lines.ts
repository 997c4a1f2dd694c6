// The lines of an export, whole ones, also across a connection that breaks: it is taken up again after the last line
// that came.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExportFormat } from '../../shared/audit-export.js';
import type { Client, ExportAnswer, ExportQuery } from '../../shared/client.js';
import { Problem } from '../../shared/problem.js';

export interface ExportLines {
  through: number;
  checkpoint: string;
  /** Whole lines. */
  chunks: AsyncGenerator<Buffer>;
  /** The `seq` of the last event that came; where it began before any. */
  reached(): number;
}

export interface ExportLinesOptions {
  client: { audit: Pick<Client['audit'], 'export'> };
  query: ExportQuery;
  clock: () => number;
  /** Hears that the connection is lost. */
  onLost(sentence: string): void;
}

/** How long a daemon that is gone is waited for, and how long between two tries, in milliseconds. */
const PATIENCE_MS = 60_000;
const TRY_AGAIN_MS = 500;

/** @throws Problem as the daemon said it, or when it does not come back */
export async function openExport({ client, query, clock, onLost }: ExportLinesOptions): Promise<ExportLines> {
  const first = await client.audit.export(query);
  const { through, checkpoint } = first;
  let last: Buffer | undefined;
  const reached = () => (last === undefined ? query.after : seqOf(last, query.format));

  /** Asks for what has not come yet. */
  async function again(broken: unknown): Promise<ExportAnswer> {
    const giveUpAt = clock() + PATIENCE_MS;
    onLost('The connection to the daemon is lost; going on when it is back.');
    for (let error = broken; ; ) {
      if (!isLost(error) || query.signal?.aborted || clock() > giveUpAt) throw error;
      await sleep(TRY_AGAIN_MS);
      try {
        return await client.audit.export({ ...query, after: reached(), through });
      } catch (next) {
        error = next;
      }
    }
  }

  async function* chunks(): AsyncGenerator<Buffer> {
    let answer = first;
    let headless = true;
    for (;;) {
      try {
        for await (const lines of wholeLines(answer.bytes)) {
          const rest =
            headless || query.format !== 'csv' ? lines : lines.subarray(lines.indexOf(NEWLINE) + 1);
          headless = true;
          const events = lastLine(rest);
          if (events !== undefined && SEQ[query.format].test(events.toString('utf8'))) last = events;
          if (rest.length > 0) yield rest;
        }
        return;
      } catch (error) {
        answer = await again(error);
        headless = false;
      }
    }
  }

  return { through, checkpoint, chunks: chunks(), reached };
}

const NEWLINE = 0x0a;

/** Where each format has the `seq` of a line: a key with its quotes cannot stand inside a JSON string. */
const SEQ: Record<ExportFormat, RegExp> = {
  jsonl: /^\{(?:"event":\{)?"seq":(\d+)/,
  csv: /^(\d+),/,
  cloudevents: /"data":\{"seq":(\d+)/,
  ocsf: /"sequence":(\d+)/,
};

/** The `seq` of the event in a line. @throws Error for what is no such line */
export function seqOf(line: Buffer | string, format: ExportFormat): number {
  const [, seq] = SEQ[format].exec(line.toString()) ?? [];
  if (seq === undefined) throw new Error('The export has a line without the seq of an event.');
  return Number(seq);
}

/** What has come up to the last newline; what is behind it waits for its own. */
async function* wholeLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of bytes) {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end === 0) {
      rest = Buffer.concat([rest, chunk]);
      continue;
    }
    yield rest.length === 0 ? chunk.subarray(0, end) : Buffer.concat([rest, chunk.subarray(0, end)]);
    rest = Buffer.from(chunk.subarray(end));
  }
}

function lastLine(lines: Buffer): Buffer | undefined {
  if (lines.length === 0) return undefined;
  return lines.subarray(lines.lastIndexOf(NEWLINE, -2) + 1);
}

function isLost(error: unknown): boolean {
  if (error instanceof Problem) return error.code === 'unavailable';
  const { code = '' } = error as NodeJS.ErrnoException;
  return ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code);
}

/** How many lines end in `bytes`. */
export function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines += 1;
  return lines;
}
