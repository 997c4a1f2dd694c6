// Where reported lines come from: a file or stdin, plain or gzip.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Problem } from '../../shared/problem.js';
import type { Io } from '../io.js';
import { unreadable } from '../named-file.js';

export interface ReportSource {
  /** The plain bytes of the lines. */
  bytes: AsyncIterable<Buffer>;
  /** Size of the file as it lies there; `undefined` for a pipe. */
  sizeBytes: number | undefined;
  /** How much of it was read. */
  bytesRead(): number;
}

/** @throws Problem `bad_request` when there is nothing to read: a directory, or no file and a terminal for stdin */
export async function openReport(
  file: string | undefined,
  io: Pick<Io, 'stdin'> & { stdin: { isTTY?: boolean } },
): Promise<ReportSource> {
  if (file === undefined && io.stdin.isTTY) {
    throw new Problem('bad_request', 'Which file? Name one, or - to type lines in.');
  }
  const fromStdin = file === undefined || file === '-';
  const name = fromStdin ? 'stdin' : file;
  const info = fromStdin ? undefined : await stat(file).catch(unreadable(file));
  if (info?.isDirectory()) throw new Problem('bad_request', `${name} is a directory, not a file.`);
  const raw: Readable = fromStdin ? io.stdin : createReadStream(file, { highWaterMark: 32 * 1024 });
  let read = 0;

  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of raw) {
      const bytes = Buffer.from(chunk);
      read += bytes.length;
      yield bytes;
    }
  }

  return { bytes: plain(counted(), name), sizeBytes: info?.size, bytesRead: () => read };
}

/** Undoes gzip, which is known by its first two bytes (RFC 1952, 2.3.1) and not by the name of a file. */
async function* plain(chunks: AsyncGenerator<Buffer>, name: string): AsyncGenerator<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    head = Buffer.concat([head, next.value]);
    if (head.length >= 2) break;
  }
  async function* whole(): AsyncGenerator<Buffer> {
    if (head.length > 0) yield head;
    yield* chunks;
  }
  if (head[0] !== 0x1f || head[1] !== 0x8b) {
    yield* whole();
    return;
  }
  const { pipeline } = await import('node:stream/promises');
  const gunzip = createGunzip();
  const pumping = pipeline(whole(), gunzip);
  // Its error also comes out of the loop below; here it must only not go unhandled.
  pumping.catch(() => undefined);
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
    await pumping;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!code.startsWith('Z_')) throw error;
    throw new Problem('invalid', `${name} is damaged: its gzip data cannot be read to the end.`);
  }
}
