// The filters of audit queries on the command line: one table from which the options, the query and the words
// of `--not` are made.
import { type Command, Option } from 'commander';
import { type FilterKey, type FilterValues, REF_FILTER_KEYS } from '../../../shared/audit-filter.js';
import type { AuditQuery } from '../../../shared/audit-query.js';
import { didYouMean } from '../../../shared/nearest.js';
import { parseRef } from '../../../shared/object-ref.js';
import { Problem } from '../../../shared/problem.js';
import { ACTIONS, ORDERS, OUTCOMES } from '../../../shared/vocabulary.js';
import { collect } from '../../repeatable.js';
import { parseTime } from '../../time.js';

interface FilterOption {
  /** The option without its dashes; `--not` takes the same word. */
  flag: string;
  argument: string;
  description: string;
  /** The only values that there are. */
  words?: readonly string[];
}

/** Every filter of the API has an option. */
const FILTER_OPTIONS: Record<FilterKey, FilterOption> = {
  actor: { flag: 'actor', argument: 'TYPE:ID', description: 'done by this actor (TYPE: for any of a type)' },
  target: {
    flag: 'target',
    argument: 'TYPE:ID',
    description: 'done to this object (TYPE: for any of a type)',
  },
  action: { flag: 'action', argument: 'words', description: ACTIONS.join(', '), words: ACTIONS },
  outcome: { flag: 'outcome', argument: 'words', description: OUTCOMES.join(', '), words: OUTCOMES },
  field: { flag: 'field', argument: 'name', description: 'changed this field' },
  eventName: { flag: 'name', argument: 'name', description: 'of this event name, e.g. session.created' },
  requestId: { flag: 'request', argument: 'id', description: 'of this request' },
  correlationId: { flag: 'correlation', argument: 'id', description: 'of this larger piece of work' },
  tenantId: { flag: 'tenant', argument: 'id', description: 'of this tenant' },
  onBehalfOf: { flag: 'on-behalf-of', argument: 'TYPE:ID', description: 'done on behalf of this one' },
  ip: { flag: 'ip', argument: 'address', description: 'from this address' },
  sessionId: { flag: 'session', argument: 'id', description: 'in this session' },
  source: { flag: 'source', argument: 'name', description: 'data-layer, daemon, or reported:OWNER' },
};
const FILTERS = Object.entries(FILTER_OPTIONS) as [FilterKey, FilterOption][];

/** The options without their dashes. */
export const FILTER_FLAGS: readonly string[] = FILTERS.map(([, { flag }]) => flag);

/** The option of a filter, without its dashes. */
export const filterFlag = (key: FilterKey): string => FILTER_OPTIONS[key].flag;

/** The words of the filters, as options without their dashes, with their fixed values where they have some. */
export const FILTER_WORDS: readonly { key: FilterKey; word: string; values: readonly string[] }[] =
  FILTERS.map(([key, { flag, words = [] }]) => ({ key, word: flag, values: words }));

/** As commander gives them: `--on-behalf-of` is `onBehalfOf`. */
export type FilterFlags = Record<string, unknown> & {
  since?: string;
  until?: string;
  not?: string[];
  order?: string;
};

/** Declares every filter, `--since`, `--until`, `--not` and `--order`. */
export function addFilterOptions(command: Command): Command {
  return addConditionOptions(command).addOption(
    new Option('--order <order>', 'desc: newest first (as it is), asc: oldest first'),
  );
}

/** The same without `--order`, for what has an order of its own. */
export function addConditionOptions(command: Command): Command {
  for (const [, { flag, argument, description, words }] of FILTERS) {
    const more = words === undefined ? '; repeat for alternatives' : '; comma-separated';
    command.addOption(new Option(`--${flag} <${argument}>`, description + more).argParser(collect));
  }
  return command
    .option('--since <time>', 'not before: 2h, 3d, today, yesterday, or a date')
    .option('--until <time>', 'before: the same words')
    .option('--not <filter=value>', 'leave out, e.g. action=viewed; repeat for more', collect);
}

/**
 * The query that the options ask for.
 * @param now milliseconds since the Unix epoch, for `2h` and the like
 * @throws Problem `bad_request` that names the option
 */
export function filterQuery(flags: FilterFlags, now: number): AuditQuery {
  const include: FilterValues = {};
  for (const [key, option] of FILTERS) {
    const given = flags[flagName(option.flag)] as string[] | undefined;
    if (given === undefined) continue;
    include[key] = given.flatMap(text => filterValues(key, text, `--${option.flag}`));
  }
  return {
    include,
    exclude: excluded(flags.not ?? []),
    ...(flags.since === undefined ? {} : { since: parseTime(flags.since, now, '--since') }),
    ...(flags.until === undefined ? {} : { until: parseTime(flags.until, now, '--until') }),
    ...(flags.order === undefined ? {} : { order: orderOf(flags.order) }),
  };
}

function excluded(conditions: string[]): FilterValues {
  const exclude: FilterValues = {};
  for (const condition of conditions) {
    const [, word, text = ''] = /^([^=:]+)[=:](.+)$/s.exec(condition) ?? [];
    const found = FILTERS.find(([key, { flag }]) => word === flag || word === key);
    if (found === undefined) {
      const meant = word === undefined ? '' : didYouMean(word, FILTER_FLAGS);
      throw new Problem(
        'bad_request',
        `--not takes filter=value, not "${condition}".${meant} The filters are ${FILTER_FLAGS.join(', ')}.`,
      );
    }
    const [key] = found;
    exclude[key] = [...(exclude[key] ?? []), ...filterValues(key, text, `--not ${word}`)];
  }
  return exclude;
}

function filterValues(key: FilterKey, text: string, flag: string): string[] {
  const { words } = FILTER_OPTIONS[key];
  if (words !== undefined) return text.split(',').map(word => knownWord(words, word.trim(), flag));
  if (text === '') throw new Problem('bad_request', `${flag} needs a value.`);
  if (REF_FILTER_KEYS.has(key) && parseRef(text) === undefined) {
    throw new Problem('bad_request', `${flag} takes TYPE:ID, or TYPE: for any of a type, not "${text}".`);
  }
  return [text];
}

function knownWord(words: readonly string[], word: string, flag: string): string {
  if (words.includes(word)) return word;
  throw new Problem(
    'bad_request',
    `${flag} takes ${words.join(', ')}, not "${word}".${didYouMean(word, words)}`,
  );
}

function orderOf(text: string): AuditQuery['order'] {
  const order = ORDERS.find(known => known === text);
  if (order === undefined)
    throw new Problem('bad_request', `--order takes ${ORDERS.join(' or ')}, not "${text}".`);
  return order;
}

/** The name under which commander gives an option's value. */
export function flagName(flag: string): string {
  return flag.replace(/-(.)/g, (_dash, letter: string) => letter.toUpperCase());
}
