// UUIDs as the 16 bytes that they are stored in.

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The 16 bytes of a UUID in lower case, or `undefined`. */
export function uuidToBytes(text: string): Buffer | undefined {
  return UUID.test(text) ? Buffer.from(uuidToHex(text), 'hex') : undefined;
}

/** Writes a UUID in lower case into `bytes`. @returns whether it was one */
export function writeUuid(text: string, bytes: Buffer, at: number): boolean {
  if (!UUID.test(text)) return false;
  bytes.write(uuidToHex(text), at, 'hex');
  return true;
}

const uuidToHex = (uuid: string) =>
  uuid.slice(0, 8) + uuid.slice(9, 13) + uuid.slice(14, 18) + uuid.slice(19, 23) + uuid.slice(24);

/** The UUID of 32 hexadecimal digits. */
export function hexToUuid(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
