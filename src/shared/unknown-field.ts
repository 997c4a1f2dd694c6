// What is said of a field that a type of records does not have.
import { nearest } from './nearest.js';

/** `is not a field of users (did you mean name?); known are name, email`. */
export function unknownFieldReason(field: string, type: string, fields: ReadonlySet<string>): string {
  const meant = nearest(field, fields);
  const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`;
  return `is not a field of ${type}${hint}; known are ${[...fields].join(', ')}`;
}
