// The filter line: the filters of the command line's options as words in one line,
// `actor:users:1 action:changed -action:viewed since:2h`. A value with a space is written in double quotes.
import { type AuditFilter, FILTER_KEYS, type FilterValues } from '../shared/audit-filter.js';
import { Problem } from '../shared/problem.js';
import { FILTER_WORDS, type FilterFlags, filterQuery, flagName } from './commands/audit/filter-options.js';

/** One word of a line, and where it stands. */
export interface LineWord {
  text: string;
  start: number;
  end: number;
}

/**
 * The filter that a line asks for.
 * @param now milliseconds since the Unix epoch, for `since:2h`
 * @throws Problem `bad_request` that names the word
 */
export function parseFilterLine(line: string, now: number): AuditFilter {
  const flags: FilterFlags = {};
  for (const { text } of lineWords(line)) addWord(flags, unquoted(text));
  const { include = {}, exclude = {}, since, until } = filterQuery(flags, now);
  return {
    include,
    exclude,
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
}

function addWord(flags: FilterFlags, word: string): void {
  const [, minus, name = '', value = ''] = /^(-?)([^:]*):(.*)$/s.exec(word) ?? [];
  if (minus === undefined || value === '') {
    throw new Problem('bad_request', `"${word}" is no filter: write name:value, as in action:changed.`);
  }
  if (minus === '-') {
    flags.not = [...(flags.not ?? []), `${name}=${value}`];
  } else if (name === 'since' || name === 'until') {
    flags[name] = value;
  } else {
    const known = FILTER_WORDS.find(({ word: filter, key }) => filter === name || key === name);
    if (known === undefined) {
      const names = FILTER_WORDS.map(({ word: filter }) => filter).join(', ');
      throw new Problem('bad_request', `There is no filter "${name}". There are ${names}, since, until.`);
    }
    const flag = flagName(known.word);
    flags[flag] = [...((flags[flag] as string[] | undefined) ?? []), value];
  }
}

/** The words of a line; a quoted part may hold spaces. */
export function lineWords(line: string): LineWord[] {
  return [...line.matchAll(/(?:"(?:[^"\\]|\\.)*"?|[^\s"])+/g)].map(match => ({
    text: match[0],
    start: match.index,
    end: match.index + match[0].length,
  }));
}

function unquoted(word: string): string {
  return word.replace(/"((?:[^"\\]|\\.)*)"?/g, (_whole, inside: string) => inside.replace(/\\(.)/g, '$1'));
}

function quoted(value: string): string {
  return /[\s"\\]/.test(value) ? `"${value.replace(/["\\]/g, found => `\\${found}`)}"` : value;
}

/** The line that asks for `filter`. */
export function formatFilterLine({ include, exclude, since, until }: AuditFilter): string {
  const words = (values: FilterValues, minus: string) =>
    FILTER_KEYS.flatMap(key => {
      const known = FILTER_WORDS.find(filter => filter.key === key);
      const alternatives = values[key] ?? [];
      const listed = known !== undefined && known.values.length > 0 && minus === '';
      const written = listed && alternatives.length > 0 ? [alternatives.join(',')] : alternatives;
      return written.map(value => `${minus}${known?.word}:${quoted(value)}`);
    });
  const time = (name: string, ms: number | undefined) =>
    ms === undefined ? [] : [`${name}:${new Date(ms).toISOString()}`];
  return [
    ...words(include, ''),
    ...words(exclude, '-'),
    ...time('since', since),
    ...time('until', until),
  ].join(' ');
}

/** What the word in front of the cursor could become. `values` knows what the table has seen under a filter. */
export function filterCompletions(
  line: string,
  cursor: number,
  values: (word: string) => readonly string[],
): { start: number; end: number; candidates: string[] } {
  const word = lineWords(line).find(({ start, end }) => start < cursor && cursor <= end);
  const { start, end } = word ?? { start: cursor, end: cursor };
  const typed = line.slice(start, cursor);
  const [, minus = '', name = '', colon, value = ''] = /^(-?)([^:]*)(:?)(.*)$/s.exec(typed) ?? [];
  if (colon === '') {
    const names = FILTER_WORDS.map(filter => filter.word).concat(minus === '' ? ['since', 'until'] : []);
    return {
      start,
      end,
      candidates: names.filter(known => known.startsWith(name)).map(known => `${minus}${known}:`),
    };
  }
  const begun = unquoted(value);
  const fixed = FILTER_WORDS.find(filter => filter.word === name)?.values ?? [];
  const known = fixed.length > 0 ? fixed : name === 'since' || name === 'until' ? TIMES : values(name);
  const candidates = known
    .filter(candidate => candidate.startsWith(begun))
    .map(candidate => `${minus}${name}:${quoted(candidate)}`);
  return { start, end, candidates };
}

const TIMES = ['1h', '2h', '1d', '7d', 'today', 'yesterday'];
