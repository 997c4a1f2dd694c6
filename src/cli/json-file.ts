// JSON from a file that the user named.
import { Problem } from '../shared/problem.js';
import type { Io } from './io.js';
import { namedText } from './named-file.js';

/**
 * The JSON object in `file`; `-` is stdin.
 * @throws Problem `bad_request` when it is no JSON object, or holds a number that a double would round
 */
export async function jsonObjectFrom(file: string, io: Pick<Io, 'stdin'>): Promise<Record<string, unknown>> {
  const text = await namedText(file, io);
  const name = file === '-' ? 'stdin' : file;
  const { isSafeNumber, parse } = await import('lossless-json');
  const parseNumber = (digits: string) => {
    if (!isSafeNumber(digits)) throw new Error(`the number ${digits} has more digits than can be kept`);
    return Number(digits);
  };
  let value: unknown;
  try {
    value = parse(text, undefined, parseNumber);
  } catch (error) {
    throw new Problem('bad_request', `${name}: ${error instanceof Error ? error.message : String(error)}.`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new Problem('bad_request', `${name} holds JSON, but not an object.`);
}
