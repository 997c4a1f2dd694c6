// Lines of a stream of bytes, each bounded, without ever holding more than one line and one chunk.

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

/** The lines of NDJSON, parsed, in order. Empty lines are passed over but counted. */
export async function* readLines(payload: AsyncIterable<Buffer>): AsyncGenerator<ReportLine> {
  let line = 0;
  let rest: Buffer[] = [];
  let restBytes = 0;
  let tooLong = false;

  function* finish(last: Buffer): Generator<ReportLine> {
    line += 1;
    const bytes = rest.length === 0 ? last : Buffer.concat([...rest, last]);
    const oversize = tooLong || restBytes + last.length > MAX_LINE_BYTES;
    rest = [];
    restBytes = 0;
    tooLong = false;
    if (oversize) yield { line, parsed: { reason: `is longer than ${MAX_LINE_BYTES / 1024} KiB` } };
    else if (bytes.toString('latin1').trim() !== '') yield { line, parsed: parseLine(bytes) };
  }

  for await (const chunk of payload) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      yield* finish(chunk.subarray(start, end));
      start = end + 1;
    }
    const left = chunk.subarray(start);
    restBytes += left.length;
    if (restBytes > MAX_LINE_BYTES) {
      tooLong = true;
      rest = [];
    } else if (left.length > 0) {
      rest.push(left);
    }
  }
  if (restBytes > 0) yield* finish(Buffer.alloc(0));
}
