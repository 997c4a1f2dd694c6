// Harmless text (shared/escape-text.ts), put together: what tables, rows and sentences are made of.
import { type SafeText, safeJsonLines } from '../../shared/escape-text.js';

export {
  escapeText,
  type SafeText,
  safeJson,
  UNSAFE_CLASS,
  unescapeText,
} from '../../shared/escape-text.js';

/** Like `safeJson`, on many lines, for people. */
export function safePrettyJson(value: unknown): string {
  return safeJsonLines(JSON.stringify(value, null, 2));
}

/**
 * A line of JSON, or of a command in which nothing is left that a terminal obeys: as it is, to be taken from the
 * screen. What a terminal would obey becomes the escape that says the same in JSON.
 */
export function safeJsonText(line: string): SafeText {
  return safeJsonLines(line) as SafeText;
}

/** Template tag: puts safe texts and numbers together with the program's own words. */
export function safe(words: TemplateStringsArray, ...values: (SafeText | number)[]): SafeText {
  return String.raw({ raw: words }, ...values) as SafeText;
}

/** Safe texts in a row. */
export function joinSafe(texts: SafeText[], separator: '' | ' ' | '  ' | '; ' | ', '): SafeText {
  return texts.join(separator) as SafeText;
}
