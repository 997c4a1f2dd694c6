// The hashes of the log's Merkle tree (RFC 6962 §2.1): SHA-256, leaves and inner nodes told apart by a first byte.
import { hash } from 'node:crypto';

/** Bytes of a hash. */
export const HASH_BYTES = 32;

/** The root of a tree without leaves: SHA-256 of nothing. */
export const EMPTY_ROOT = sha256('');

const LEAF = 0x00;
const NODE = 0x01;

const leaf = Buffer.alloc(1 + 2 * HASH_BYTES, LEAF);
const node = Buffer.alloc(1 + 2 * HASH_BYTES, NODE);

/** The hash of a leaf that holds `entry`. */
export function leafHash(entry: Uint8Array): Buffer {
  if (entry.length >= leaf.length) return sha256(Buffer.concat([Buffer.of(LEAF), entry]));
  leaf.set(entry, 1);
  return sha256(leaf.subarray(0, 1 + entry.length));
}

/** The hash of the node above two others. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  node.set(left, 1);
  node.set(right, 1 + HASH_BYTES);
  return sha256(node);
}

/** Writes the SHA-256 of a string, as UTF-8, into `bytes`. */
export function writeSha256(text: string, bytes: Buffer, at: number): void {
  bytes.write(hash('sha256', text, 'binary'), at, 'latin1');
}

/** SHA-256; a string as UTF-8. Asked for as a string of bytes, which node gives several times faster than a buffer. */
export function sha256(data: string | Uint8Array): Buffer {
  return Buffer.from(hash('sha256', data, 'binary'), 'latin1');
}
