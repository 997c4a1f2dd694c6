// The names of objects: `TYPE:ID`, or `TYPE:` for every object of a type.

/** Type names: RFC-like identifiers, so that they never need quoting in a shell, a URL or a filter. */
export const TYPE_NAME = /^[A-Za-z][A-Za-z0-9._-]{0,63}$/;

/** Most characters (UTF-16 code units) of an object's id. */
export const MAX_ID_LENGTH = 512;

/** One object. Ids are strings everywhere: `1` and `"1"` are the same object. */
export interface ObjectRef {
  type: string;
  id: string;
}

/** Why `text` cannot be an object's id, or `undefined` if it can. */
export function idFault(text: string): string | undefined {
  if (text.length === 0) return 'is empty';
  if (text.length > MAX_ID_LENGTH) return `is longer than ${MAX_ID_LENGTH} characters`;
  if (text.includes('\u0000')) return 'contains U+0000';
  if (!text.isWellFormed()) return 'contains a lone surrogate';
  return undefined;
}

/** `users`, `1` → `users:1`. */
export function formatRef(type: string, id: string): string {
  return `${type}:${id}`;
}

/**
 * Splits `TYPE:ID` at the first colon; `TYPE:` gives an empty id, which stands for the whole type.
 * Returns `undefined` for text without a colon, with a malformed type, or with an id that cannot be one.
 */
export function parseRef(text: string): ObjectRef | undefined {
  const colon = text.indexOf(':');
  if (colon < 0) return undefined;
  const type = text.slice(0, colon);
  const id = text.slice(colon + 1);
  if (!TYPE_NAME.test(type)) return undefined;
  if (id !== '' && idFault(id) !== undefined) return undefined;
  return { type, id };
}
