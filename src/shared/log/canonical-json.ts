// Structured values as canonical text: the JSON Canonicalization Scheme (RFC 8785). One value has one text, so
// texts can be hashed and compared.

/** Strings that are written as they are: printable ASCII without `"` and `\`. Most keys and values are. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/**
 * The canonical text of an I-JSON value: members sorted by the UTF-16 code units of their names, numbers and
 * strings as ECMAScript writes them, no white space. Members that are `undefined` are left out.
 * @throws RangeError for what RFC 8785 refuses: NaN, infinities and lone surrogates
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return stringText(value);
    case 'number':
      return numberText(value);
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? arrayText(value) : objectText(value);
    default:
      return String(value);
  }
}

function stringText(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (!text.isWellFormed()) throw new RangeError('A lone surrogate has no canonical text.');
  return JSON.stringify(text);
}

/** ECMAScript's Number::toString, which RFC 8785 §3.2.2.3 prescribes. */
function numberText(number: number): string {
  if (!Number.isFinite(number)) throw new RangeError(`${number} has no canonical text.`);
  return String(number);
}

function arrayText(items: unknown[]): string {
  let text = '';
  for (const item of items) text += (text === '' ? '' : ',') + canonicalJson(item);
  return `[${text}]`;
}

function objectText(members: object): string {
  let text = '';
  // The order of sort() without a comparison is that of UTF-16 code units (RFC 8785 §3.2.3).
  for (const name of Object.keys(members).sort()) {
    const member: unknown = Reflect.get(members, name);
    if (member !== undefined) text += `${text === '' ? '' : ','}${stringText(name)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}
