// UUIDs as the 16 bytes that they are stored in.

const LENGTH = 36;
const BYTES = 16;
const DASH = '-'.charCodeAt(0);

/** Where the two digits of each byte are. */
const PLACES = Array.from(
  { length: BYTES },
  (_, byte) => 2 * byte + [4, 6, 8, 10].filter(dash => byte >= dash).length,
);

/** Marks in DIGITS what is no digit. */
const NONE = 0x80;

/** The value of each hexadecimal digit in lower case, by its ASCII code. */
const DIGITS = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = '0123456789abcdef'.indexOf(String.fromCharCode(code));
  return value < 0 ? NONE : value;
});

/** The 16 bytes of a UUID in lower case, or `undefined`. */
export function uuidToBytes(text: string): Buffer | undefined {
  const bytes = Buffer.allocUnsafe(BYTES);
  return writeUuid(text, bytes, 0) ? bytes : undefined;
}

/**
 * Writes a UUID in lower case into `bytes`, where anything may be written for what is none. Digit by digit: an event has
 * two, and a pattern and a decoder of hexadecimal take three times as long.
 * @returns whether it was one
 */
export function writeUuid(text: string, bytes: Buffer, at: number): boolean {
  if (text.length !== LENGTH) return false;
  if (
    text.charCodeAt(8) !== DASH ||
    text.charCodeAt(13) !== DASH ||
    text.charCodeAt(18) !== DASH ||
    text.charCodeAt(23) !== DASH
  )
    return false;
  let faults = 0;
  for (let byte = 0; byte < BYTES; byte += 1) {
    const place = PLACES[byte]!;
    const first = text.charCodeAt(place);
    const second = text.charCodeAt(place + 1);
    const high = DIGITS[first & 0x7f]!;
    const low = DIGITS[second & 0x7f]!;
    // Beyond ASCII, or no digit.
    faults |= ((first | second) >> 7) | ((high | low) & NONE);
    bytes[at + byte] = (high << 4) | low;
  }
  return faults === 0;
}

/** The UUID of 32 hexadecimal digits. */
export function hexToUuid(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
