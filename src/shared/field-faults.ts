// Several wrong fields, told in one sentence: the message of a problem that has `errors`.
import { type FieldFault, Problem } from './problem.js';

/** Most faults that one problem carries; the rest is found when these are mended. */
export const MAX_FAULTS = 20;

/** Most faults that the sentence itself names. */
const MAX_NAMED = 3;

/** `total must be a number; date is required (and 2 more).` */
export function faultSentence(faults: readonly FieldFault[]): string {
  const named = faults
    .slice(0, MAX_NAMED)
    .map(({ field, reason }) => `${field === '' ? 'The value' : field} ${reason}`);
  const more = faults.length > MAX_NAMED ? ` (and ${faults.length - MAX_NAMED} more)` : '';
  return `${named.join('; ')}${more}.`;
}

/** The problem of a body (`invalid`) or a query string (`bad_request`) in which these fields are wrong. */
export function faultProblem(code: 'invalid' | 'bad_request', faults: readonly FieldFault[]): Problem {
  const errors = faults.slice(0, MAX_FAULTS);
  return new Problem(code, faultSentence(errors), { errors });
}
