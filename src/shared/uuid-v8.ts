// UUIDs of version 8 (RFC 9562 §5.8): ids that are made from what they name.

/** The first 128 bits of `hash` as a UUID: 122 of them are kept, version and variant take the place of six. */
export function uuidV8(hash: Uint8Array): string {
  const bytes = Buffer.from(hash.subarray(0, 16));
  bytes[6] = 0x80 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
