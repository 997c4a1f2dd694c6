// What comes in by stdin as a whole: a body, a password.
import type { Readable } from 'node:stream';
import { Problem } from '../shared/problem.js';

/** More than this is no body and no password, in bytes. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Everything up to the end of `stream`, as text.
 * @throws Problem `bad_request` when it is not UTF-8, `too_large` over 16 MiB
 */
export async function readAll(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BYTES) throw new Problem('too_large', 'What came by stdin is larger than 16 MiB.');
    chunks.push(bytes);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new Problem('bad_request', 'What came by stdin is not UTF-8.');
  }
}

/** The lines of stdin; the newline at the end is not part of the last one. */
export async function readLines(stream: Readable): Promise<string[]> {
  return (await readAll(stream)).replace(/\r?\n$/, '').split(/\r?\n/);
}
