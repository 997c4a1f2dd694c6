// The file of an export: written beside its name, compressed by it, on the disk before it gets it, and digested on
// the way.
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import { syncDirectory } from '../../shared/atomic-file.js';
import { Problem } from '../../shared/problem.js';

export interface WrittenFile {
  /** Where it lies until it gets its name. */
  temporary: string;
  /** SHA-256 of the file and of what is in it, hexadecimal. */
  sha256: string;
  contentSha256: string;
  contentBytes: number;
}

type Compression = 'none' | 'gzip' | 'zstd';

/** By the end of its name. */
export function compressionOf(file: string): Compression {
  if (file.endsWith('.gz')) return 'gzip';
  return file.endsWith('.zst') ? 'zstd' : 'none';
}

/** Node has zstd from 22.15 on. */
interface Zstd {
  createZstdCompress?: () => Transform;
  createZstdDecompress?: () => Transform;
}

/** @throws Problem `bad_request` where this node has no zstd */
export function requireCompression(file: string): void {
  if (compressionOf(file) === 'zstd' && (zlib as Zstd).createZstdCompress === undefined) {
    throw new Problem(
      'bad_request',
      `${file}: this node (${process.version}) has no zstd; it takes 22.15 or later, or a name that ends in .gz.`,
    );
  }
}

/** Writes what comes to a file beside `file` and syncs it; when that fails, nothing is left. */
export async function writeExport(file: string, chunks: AsyncIterable<Buffer>): Promise<WrittenFile> {
  const temporary = `${file}.${randomUUID()}.partial`;
  const digest = createHash('sha256');
  const contentDigest = createHash('sha256');
  let contentBytes = 0;
  async function* content(): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      contentDigest.update(chunk);
      contentBytes += chunk.length;
      yield chunk;
    }
  }
  async function* digested(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of bytes) {
      digest.update(chunk);
      yield chunk;
    }
  }
  try {
    const output = createWriteStream(temporary, { flags: 'wx', mode: 0o600, flush: true });
    const compress = compressor(file);
    if (compress === undefined) await pipeline(content(), digested, output);
    else await pipeline(content(), compress, digested, output);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return {
    temporary,
    sha256: digest.digest('hex'),
    contentSha256: contentDigest.digest('hex'),
    contentBytes,
  };
}

/** Gives the file its name, for good. */
export async function nameExport(temporary: string, file: string): Promise<void> {
  await rename(temporary, file);
  await syncDirectory(dirname(file));
}

/** What is in the file of an export. @throws Error as reading and decompressing it fail */
export async function* readExport(file: string, onBytes: (bytes: Buffer) => void): AsyncGenerator<Buffer> {
  async function* raw(): AsyncGenerator<Buffer> {
    for await (const chunk of createReadStream(file)) {
      onBytes(chunk as Buffer);
      yield chunk as Buffer;
    }
  }
  requireCompression(file);
  const compression = compressionOf(file);
  if (compression === 'none') {
    yield* raw();
    return;
  }
  const plain = compression === 'gzip' ? zlib.createGunzip() : (zlib as Zstd).createZstdDecompress!();
  const pumping = pipeline(raw(), plain);
  // Its error also comes out of the loop below; here it must only not go unhandled.
  pumping.catch(() => undefined);
  for await (const chunk of plain) yield chunk as Buffer;
  await pumping;
}

function compressor(file: string): Transform | undefined {
  requireCompression(file);
  const compression = compressionOf(file);
  if (compression === 'none') return undefined;
  return compression === 'gzip' ? zlib.createGzip() : (zlib as Zstd).createZstdCompress!();
}
