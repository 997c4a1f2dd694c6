// The salts of an event's digests. They come from one random key an event: its 32 hexadecimal digits followed by a
// decimal number 0, 1, … give, hashed with SHA-512, four salts each, which are used in the order of the leaf's text.
// An erasure must not leave the key, from which the salts of what was erased could be made again, and guesses be
// tried: in its place stands a list with the salt of each value that is left, and the digest of each that is not.
import { hash } from 'node:crypto';

/** Bytes of an event's key. */
export const SALT_KEY_BYTES = 16;

const SALT_KEY = /^[0-9a-f]{32}$/;

/** Whether these are the digits of a key. */
export const isSaltKey = (text: string) => SALT_KEY.test(text);

const SALT_DIGITS = 32;
const SALTS_PER_HASH = 4;

/** Characters of a digest, which a salt has fewer of: base64url of SHA-256. */
export const DIGEST_LENGTH = 43;

/**
 * What the digests of a leaf are made with: the hexadecimal digits of the event's key, or a list in the order of the leaf's text, of salts
 * (32 hexadecimal digits) and, of what was erased, digests (43 characters of base64url).
 */
export type LeafSalts = string | readonly string[];

const SLOT = /^(?:[0-9a-f]{32}|[A-Za-z0-9_-]{43})$/;

/** Whether `slot` can stand in a list of salts and digests. */
export const isSlot = (slot: unknown): slot is string => typeof slot === 'string' && SLOT.test(slot);

/** Whether it is the digest of something erased. */
export const isDigest = (slot: string) => slot.length === DIGEST_LENGTH;

/** The digest that stands in the leaf for a value with this canonical text. */
export function saltedDigest(salt: string, text: string): string {
  return hash('sha256', salt + text, 'base64url');
}

/** Gives one salt of a key, given as its digits, after the other. */
export function saltsFrom(digits: string): () => string {
  let given = 0;
  let salts = '';
  return () => {
    const at = given % SALTS_PER_HASH;
    if (at === 0) salts = hash('sha512', digits + given / SALTS_PER_HASH, 'hex');
    given += 1;
    return salts.slice(at * SALT_DIGITS, (at + 1) * SALT_DIGITS);
  };
}
