// Ids in as few bytes as they need: UUIDs and hexadecimal ids (commit hashes, trace ids) by their bytes, others as
// they are.

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const HEX = /^(?:[0-9a-f]{2}){8,}$/;

/** The 16 bytes of a UUID in lower case, or `undefined`. */
export function uuidToBytes(text: string): Buffer | undefined {
  return UUID.test(text) ? Buffer.from(text.replaceAll('-', ''), 'hex') : undefined;
}

/** The UUID of 16 bytes. */
export function bytesToUuid(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/**
 * An id as short text without line breaks: `u` or `h` and base64url (RFC 4648) of the bytes of a UUID or of
 * hexadecimal digits, or else a JSON string.
 */
export function packId(id: string): string {
  if (UUID.test(id)) return `u${hexToBase64(id.replaceAll('-', ''))}`;
  if (HEX.test(id)) return `h${hexToBase64(id)}`;
  return JSON.stringify(id);
}

const hexToBase64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64url');

/** What `packId` was given, as a JSON string. */
export function unpackIdJson(packed: string): string {
  if (packed.startsWith('"')) return packed;
  const bytes = Buffer.from(packed.slice(1), 'base64url');
  return packed.startsWith('u') ? `"${bytesToUuid(bytes)}"` : `"${bytes.toString('hex')}"`;
}
