// Expectations from a file: a YAML (or JSON) list, each with the words of the options.
import { readFile } from 'node:fs/promises';
import { isJsonObject } from '../../shared/json-object.js';
import { didYouMean } from '../../shared/nearest.js';
import { Problem } from '../../shared/problem.js';
import { FILTER_FLAGS, type FilterFlags, filterQuery } from '../commands/audit/filter-options.js';
import { unreadable } from '../named-file.js';
import type { Expectation } from './expectation.js';

const OWN_WORDS = ['name', 'count', 'none', 'since', 'until', 'not'];

/** @throws Problem `bad_request` that names the place in the file */
export async function readExpectations(file: string, now: number): Promise<Expectation[]> {
  // CommonJS: once it is bundled, all it exports is its default.
  const { default: yaml } = await import('yaml');
  const text = await readFile(file, 'utf8').catch(unreadable(file));
  let parsed: unknown;
  try {
    parsed = yaml.parse(text);
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new Problem('bad_request', `${file} is not YAML: ${reason}`);
  }
  if (!Array.isArray(parsed) || parsed.length === 0) {
    throw new Problem('bad_request', `${file} must hold a list of expectations.`);
  }
  return parsed.map((entry: unknown, index) =>
    expectationOf(entry, `${file}, expectation ${index + 1}`, now),
  );
}

function expectationOf(entry: unknown, place: string, now: number): Expectation {
  if (!isJsonObject(entry)) throw new Problem('bad_request', `${place}: is not a list of words and values.`);
  const known = [...OWN_WORDS, ...FILTER_FLAGS.filter(flag => flag !== 'name'), 'event'];
  const unknown = Object.keys(entry).find(word => !known.includes(word));
  if (unknown !== undefined) {
    const meant = didYouMean(unknown, known);
    throw new Problem(
      'bad_request',
      `${place}: "${unknown}" is not known.${meant} Known are ${known.join(', ')}.`,
    );
  }
  const { name, count, none, event, ...filters } = entry;
  if (count !== undefined && (!Number.isSafeInteger(count) || (count as number) < 0)) {
    throw new Problem('bad_request', `${place}: count takes a whole number.`);
  }
  const flags: FilterFlags = {};
  for (const [word, value] of Object.entries({
    ...filters,
    ...(event === undefined ? {} : { name: event }),
  })) {
    const values = [value].flat().map(String);
    flags[camelCase(word)] = word === 'since' || word === 'until' ? values[0] : values;
  }
  const wanted = none === true ? 0 : (count as number | undefined);
  try {
    const query = filterQuery(flags, now);
    return {
      name: typeof name === 'string' ? name : place,
      query,
      ...(wanted === undefined ? {} : { count: wanted }),
    };
  } catch (error) {
    if (error instanceof Problem) throw new Problem(error.code, `${place}: ${error.message}`);
    throw error;
  }
}

const camelCase = (word: string) => word.replace(/-(.)/g, (_dash, letter: string) => letter.toUpperCase());
