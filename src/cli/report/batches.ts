// Cuts a stream of bytes into lines and the lines into batches, each line with its number in the file.

/** The daemon refuses a longer line, in bytes without its newline. */
export const MAX_LINE_BYTES = 256 * 1024;

/** A batch is sent when it has so many lines or bytes. Small enough for progress that is real. */
const BATCH = { lines: 1000, bytes: 1024 * 1024 };

/** A line of the file; counted from 1. */
export interface Line {
  number: number;
  bytes: Buffer;
}

export interface RefusedLine {
  number: number;
  reason: string;
}

export interface LineBatch {
  /** Lines with something in them; the n-th line of `bytes` is the n-th of these. */
  lines: Line[];
  /** NDJSON. */
  bytes: Buffer;
  /** Lines that need not be sent to be refused. */
  refused: RefusedLine[];
}

/** Batches of lines. Blank lines are skipped and counted; memory is bounded also for a file without a newline. */
export async function* lineBatches(chunks: AsyncIterable<Buffer>): AsyncGenerator<LineBatch> {
  let lines: Line[] = [];
  let refused: RefusedLine[] = [];
  let size = 0;

  const take = (): LineBatch => {
    const batch = { lines, bytes: joined(lines), refused };
    lines = [];
    refused = [];
    size = 0;
    return batch;
  };

  for await (const { number, bytes } of numberedLines(chunks)) {
    if (bytes === undefined) {
      refused.push({ number, reason: `is longer than ${MAX_LINE_BYTES / 1024} KiB` });
    } else if (!isBlank(bytes)) {
      if (size + bytes.length > BATCH.bytes && lines.length > 0) yield take();
      lines.push({ number, bytes });
      size += bytes.length + 1;
    }
    if (lines.length + refused.length >= BATCH.lines) yield take();
  }
  if (lines.length + refused.length > 0) yield take();
}

/** Lines as they come; one that is too long has no bytes. */
async function* numberedLines(
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<{ number: number; bytes: Buffer | undefined }> {
  let number = 1;
  let parts: Buffer[] = [];
  let length = 0;

  const add = (part: Buffer) => {
    length += part.length;
    if (length <= MAX_LINE_BYTES) parts.push(part);
    else parts = [];
  };
  const finish = () => {
    const bytes = length > MAX_LINE_BYTES ? undefined : Buffer.concat(parts);
    const line = { number, bytes: number === 1 ? withoutMark(bytes) : bytes };
    number += 1;
    parts = [];
    length = 0;
    return line;
  };

  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      add(chunk.subarray(start, end));
      start = end + 1;
      yield finish();
    }
    if (start < chunk.length) add(chunk.subarray(start));
  }
  if (length > 0) yield finish();
}

const NEWLINE = 0x0a;

/** Without a byte order mark, which some programs write at the head of a file. */
function withoutMark(bytes: Buffer | undefined): Buffer | undefined {
  const marked = bytes?.[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return marked ? bytes.subarray(3) : bytes;
}

/** Whether there is nothing but JSON's white space (RFC 8259, 2). */
function isBlank(bytes: Buffer): boolean {
  return bytes.every(byte => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}

function joined(lines: Line[]): Buffer {
  const newline = Buffer.from('\n');
  return Buffer.concat(lines.flatMap(({ bytes }) => [bytes, newline]));
}
