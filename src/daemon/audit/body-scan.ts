// Where the fields of a body are, found without making a string of each: putting an answer together needs a few of them
// as they are, and of the others only which term they name.
import { ERASED, FIELD } from './event-body.js';

const FIELDS = Math.max(...Object.values(FIELD)) + 1;

const LINE_BREAK = 0x0a;
const MINUS = ERASED.charCodeAt(0);

/** Where each field begins, and behind the last one where another would. */
const starts = new Int32Array(FIELDS + 1);

/** Finds the fields of `body`, of which is asked until the next one is scanned: there is one memory for all of them. */
export function scanBody(body: string): void {
  const { length } = body;
  let field = 1;
  for (let at = 0; at < length; at += 1) {
    if (body.charCodeAt(at) === LINE_BREAK) starts[field++] = at + 1;
  }
  starts[field] = length + 1;
  for (let rest = field + 1; rest <= FIELDS; rest += 1) starts[rest] = length + 2;
}

/** Whether there is anything in a field of the scanned body. */
export const hasField = (field: number) => starts[field + 1]! - starts[field]! > 1;

/** A field of the scanned body as it is. */
export const fieldText = (body: string, field: number) => body.slice(starts[field]!, starts[field + 1]! - 1);

/** Whether the value that a field names was erased. */
export const isErasedField = (body: string, field: number) => body.charCodeAt(starts[field]!) === MINUS;

/** A field that is a number in base 36. */
export function fieldNumber(body: string, field: number): number {
  let at = starts[field]!;
  const isNegative = body.charCodeAt(at) === MINUS;
  if (isNegative) at += 1;
  const end = starts[field + 1]! - 1;
  let value = 0;
  for (; at < end; at += 1) {
    const code = body.charCodeAt(at);
    value = value * 36 + (code < 0x3a ? code - 0x30 : code - 0x57);
  }
  return isNegative ? -value : value;
}
