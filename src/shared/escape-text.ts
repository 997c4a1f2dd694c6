// The one place where text that came from data is made harmless before a terminal, a TSV or CSV file or JSON
// sees it, in the client or in an export of the daemon. Data can hold anything: escape sequences that repaint the
// screen, newlines that forge a row, marks that turn the direction of reading around.

declare const checked: unique symbol;

/** Text that went through here. Tables and rows take nothing else, so that none can be forgotten. */
export type SafeText = string & { readonly [checked]: true };

/**
 * What never goes out as it is: C0 (with ESC, which starts CSI, OSC and DCS), DEL, C1 (their 8-bit forms), the
 * bidirectional controls, line and paragraph separators, invisible characters that make two texts look alike,
 * and lone surrogates, which have no UTF-8. U+200C and U+200D stay: scripts and emoji need them.
 */
export const UNSAFE_CLASS =
  '\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\ud800-\\udfff';
const UNSAFE_OR_BACKSLASH = new RegExp(`[\\\\${UNSAFE_CLASS}]`, 'gu');
const UNSAFE = new RegExp(`[${UNSAFE_CLASS}]`, 'gu');
const MAY_NEED_ESCAPING = /[^\x20-\x5b\x5d-\x7e]/;
const MAY_NEED_ESCAPING_IN_LINES = /[^\n\x20-\x7e]/;

const SHORT: Record<string, string> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\\': '\\\\' };

/**
 * `text` on one line without anything that a terminal or a table takes for more than a character: `\t`, `\n`,
 * `\r`, `\\`, and `\uXXXX` for the rest. Reversible: a backslash in the answer always starts an escape.
 */
export function escapeText(text: string): SafeText {
  const safe = MAY_NEED_ESCAPING.test(text)
    ? text.replace(UNSAFE_OR_BACKSLASH, found => SHORT[found] ?? hexEscape(found))
    : text;
  return safe as SafeText;
}

/** The text that `escapeText` made `escaped` from. */
export function unescapeText(escaped: string): string {
  return escaped.replace(/\\(?:u([0-9a-f]{4})|(.))/g, (_whole, hex: string | undefined, short: string) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    return { t: '\t', n: '\n', r: '\r' }[short] ?? short;
  });
}

/**
 * `value` as JSON on one line, without a character that `escapeText` would escape: `JSON.stringify` leaves DEL,
 * C1 and the bidirectional controls as they are. `undefined` becomes `null`.
 */
export function safeJson(value: unknown): SafeText {
  return (JSON.stringify(value) ?? 'null').replace(UNSAFE, hexEscape) as SafeText;
}

/** Lines of JSON without such a character: raw ones stand in strings alone, where an escape says the same. */
export function safeJsonLines(lines: string): string {
  // Most lines hold nothing else, and seeing that takes a fraction of looking for what is unsafe.
  if (!MAY_NEED_ESCAPING_IN_LINES.test(lines)) return lines;
  return lines
    .split('\n')
    .map(line => (MAY_NEED_ESCAPING_IN_LINES.test(line) ? line.replace(UNSAFE, hexEscape) : line))
    .join('\n');
}

function hexEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
