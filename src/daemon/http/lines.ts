// Lines of a stream of bytes, each bounded, without ever holding more than one line and one chunk.
import type { Readable } from 'node:stream';
import { Problem } from '../../shared/problem.js';
import type { ReportLine } from '../core/reports.js';
import { decodeUtf8 } from './bodies.js';
import { parseJson } from './json-body.js';

/** Longest line of a report, in bytes. */
export const MAX_LINE_BYTES = 256 * 1024;

const NEWLINE = 0x0a;

function parseLine(bytes: Buffer): ReportLine['parsed'] {
  try {
    return { value: parseJson(decodeUtf8(bytes)) };
  } catch (error) {
    if (error instanceof Problem) {
      const faults = error.details.errors?.map(({ field, reason }) => `${field} ${reason}`).join('; ');
      return { reason: faults === undefined || faults === '' ? error.message : faults };
    }
    throw error;
  }
}

/** Most lines begin with what is no white space. */
const isBlank = (bytes: Buffer) => !(bytes[0]! > 0x20) && bytes.toString('latin1').trim() === '';

/** A line is longer than `MAX_LINE_BYTES`: nothing behind it is read. */
export class LineTooLong extends Error {
  readonly reason = `is longer than ${MAX_LINE_BYTES / 1024} KiB`;
  constructor(readonly line: number) {
    super(`Line ${line} is too long.`);
    this.name = 'LineTooLong';
  }
}

/**
 * The lines of NDJSON, parsed, in order. Empty lines are passed over but counted.
 * @throws LineTooLong; Problem `bad_request` when the payload breaks off
 */
export async function* readLines(payload: Readable): AsyncGenerator<ReportLine> {
  let line = 0;
  let rest: Buffer[] = [];
  let restBytes = 0;

  function* finish(last: Buffer): Generator<ReportLine> {
    line += 1;
    if (restBytes + last.length > MAX_LINE_BYTES) throw new LineTooLong(line);
    const bytes = rest.length === 0 ? last : Buffer.concat([...rest, last]);
    rest = [];
    restBytes = 0;
    if (!isBlank(bytes)) yield { line, parsed: parseLine(bytes) };
  }

  for await (const chunk of chunksOf(payload)) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      yield* finish(chunk.subarray(start, end));
      start = end + 1;
    }
    const left = chunk.subarray(start);
    restBytes += left.length;
    if (restBytes > MAX_LINE_BYTES) throw new LineTooLong(line + 1);
    if (left.length > 0) rest.push(left);
  }
  if (restBytes > 0) yield* finish(Buffer.alloc(0));
}

/**
 * The payload as it comes. Who stops reading leaves the connection open, for the answer is yet to go out over it;
 * the rest is passed over.
 */
async function* chunksOf(payload: Readable): AsyncGenerator<Buffer> {
  try {
    yield* payload.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  } catch {
    throw new Problem('bad_request', 'The report broke off.');
  } finally {
    payload.resume();
  }
}
