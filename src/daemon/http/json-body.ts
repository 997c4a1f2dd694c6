// Parses the JSON that requests bring: a body, or one line of NDJSON. What it lets through is I-JSON (RFC 7493)
// and means the same to every reader: numbers survive a double as written, and no key is there twice.
import { parse as parseLossless } from 'lossless-json';
import { faultProblem } from '../../shared/field-faults.js';
import { iJsonFaults, TOO_DEEP } from '../../shared/i-json.js';
import { fieldPath } from '../../shared/json-pointer.js';
import { type FieldFault, Problem } from '../../shared/problem.js';
import { isExactNumber } from './exact-number.js';

/**
 * A number in the text that may not survive a double: 16 characters of digits and dot, or an exponent. Up to 15
 * digits always survive (DBL_DIG). It may also match inside a string; then the careful look is only wasted.
 */
const SUSPECT_NUMBER = /(?:^|[[:,\s])-?(?:[\d.]{16}|[\d.]{1,15}[eE])/;

/**
 * The value of a JSON text.
 * @throws Problem `bad_request` if the text is not JSON (it says where); `invalid`, naming the fields, for
 * numbers that a double does not hold as written, repeated keys and what `iJsonFaults` refuses.
 */
export function parseJson(text: string): unknown {
  const json = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const value = parsed(json);
  const faults = iJsonFaults(value);
  if (faults.length > 0) throw faultProblem('invalid', faults);
  // The depth is bounded from here on, so recursion is safe.
  if (SUSPECT_NUMBER.test(json) || mayRepeatKeys(json, value)) {
    const hidden = hiddenFaults(json);
    if (hidden.length > 0) throw faultProblem('invalid', hidden);
  }
  return value;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // The engine's own message often quotes the text, which may hold a password, and seldom says where.
    throw new Problem('bad_request', malformedSentence(json));
  }
}

function malformedSentence(json: string): string {
  if (json.trim() === '') return 'JSON is expected and the text is empty.';
  const position = faultPosition(json);
  if (position === undefined) return 'The JSON is malformed.';
  if (position >= json.length) return `The JSON ends too early, at position ${position}.`;
  const lines = json.slice(0, position).split('\n');
  const column = (lines.at(-1)?.length ?? 0) + 1;
  return `The JSON is malformed at position ${position} (line ${lines.length}, column ${column}).`;
}

/** Where a text stops being JSON, in UTF-16 units from 0; `undefined` if it is nested too deeply to tell. */
function faultPosition(json: string): number | undefined {
  try {
    parseLossless(json, undefined, { parseNumber: Number, onDuplicateKey: ({ newValue }) => newValue });
  } catch (error) {
    const position = error instanceof SyntaxError && /at position (\d+)$/.exec(error.message)?.[1];
    if (position) return Number(position);
  }
  return undefined;
}

/**
 * Whether a key could be there twice, told without parsing again: every member has one colon in the text, and
 * the other colons are in strings. A repeated member leaves more colons than the value accounts for. An escaped
 * colon (`\u003a`) would hide one, so a text with such an escape is looked at carefully.
 */
function mayRepeatKeys(json: string, value: unknown): boolean {
  return countColons(json) !== colonsOf(value) || /\\u003a/i.test(json);
}

function countColons(text: string): number {
  let count = 0;
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) count += 1;
  return count;
}

/** The colons that a value's shortest text has. */
function colonsOf(value: unknown): number {
  if (typeof value === 'string') return countColons(value);
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + colonsOf(item), 0);
  let count = 0;
  for (const [key, member] of Object.entries(value)) count += countColons(key) + 1 + colonsOf(member);
  return count;
}

const INEXACT = 'is a number that a 64-bit float cannot hold as written; send it as a string';

/** Stands in the value where the text had what a plain parse loses. */
class Lost {
  constructor(readonly reason: string) {}
}

/**
 * What the value no longer shows: numbers that were changed by parsing, and members that were overwritten by a
 * different one of the same name.
 */
function hiddenFaults(json: string): FieldFault[] {
  const faults: FieldFault[] = [];
  try {
    findLost(markLost(json), [], faults);
  } catch (error) {
    // An overwritten member may be nested deeper than anything that is left of the value.
    if (!(error instanceof RangeError)) throw error;
    faults.push({ field: '', reason: TOO_DEEP });
  }
  return faults;
}

function markLost(json: string): unknown {
  return parseLossless(json, undefined, {
    parseNumber: source => (isExactNumber(source) ? Number(source) : new Lost(INEXACT)),
    onDuplicateKey: () => new Lost('is there more than once'),
  });
}

function findLost(value: unknown, steps: string[], faults: FieldFault[]): void {
  if (value instanceof Lost) {
    faults.push({ field: fieldPath(steps), reason: value.reason });
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) findLost(member, [...steps, key], faults);
  }
}
