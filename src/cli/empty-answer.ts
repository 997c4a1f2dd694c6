// Why a query may have found nothing: a mistyped type, field or event name, or two values in one option find nothing
// without a word, and whoever asked would take it for the truth.
import { type FilterKey, type FilterValues, REF_FILTER_KEYS } from '../shared/audit-filter.js';
import type { Client } from '../shared/client.js';
import { didYouMean } from '../shared/nearest.js';
import { formatRef, type ObjectRef, parseRef } from '../shared/object-ref.js';
import { Problem } from '../shared/problem.js';
import { RESERVED_NAMES } from '../shared/vocabulary.js';
import { escapeText } from './output/escape.js';
import type { Rows } from './output/show.js';

export interface EmptyAnswer {
  client: Pick<Client, 'audit' | 'types' | 'me'>;
  include: FilterValues;
  /** The options of the filters, without dashes. */
  flagOf(key: FilterKey): string;
}

/** `rows`, with hints among their notices if there are none. */
export function explainingNothing<Row>(rows: Rows<Row>, question: EmptyAnswer): Rows<Row> {
  let found = false;
  return {
    async *[Symbol.asyncIterator]() {
      for await (const row of rows) {
        found = true;
        yield row;
      }
    },
    async notices() {
      const said = (await rows.notices?.()) ?? [];
      if (found) return said;
      return [
        ...said,
        ...commaHints(question),
        ...(await typeHints(question)),
        ...(await wordHints(question)),
      ];
    },
  };
}

function commaHints({ include, flagOf }: EmptyAnswer): string[] {
  return (Object.entries(include) as [FilterKey, string[]][]).flatMap(([key, values]) => {
    const joined = values.find(value => value.includes(','));
    if (joined === undefined) return [];
    const apart = joined.split(',').map(value => `--${flagOf(key)} ${value.trim()}`);
    return [`--${flagOf(key)} takes one value; for alternatives repeat it: ${escapeText(apart.join(' '))}`];
  });
}

/**
 * Whether nothing has happened to a type that is asked about, and which may have been meant. Only for those who may see
 * whether there are any events of the type; a hint never makes a query fail.
 */
export async function typeHints({ client, include }: Omit<EmptyAnswer, 'flagOf'>): Promise<string[]> {
  const asked = [...REF_FILTER_KEYS].flatMap(key =>
    (include[key] ?? []).map(value => ({ key, type: parseRef(value)?.type })),
  );
  if (asked.length === 0) return [];
  try {
    const known = new Set([...(await client.types.list()).data.map(({ name }) => name), ...RESERVED_NAMES]);
    const hints: string[] = [];
    for (const { key, type } of asked) {
      if (type === undefined || known.has(type) || !(await seesTheLog(client))) continue;
      // A request for a mistyped type fails, and that is an event about it as well.
      const include = { [key]: [`${type}:`], outcome: ['success'] };
      const { data, next } = await client.audit.events({ include, limit: 1 });
      if (data.length > 0 || next !== null) continue;
      hints.push(`The log knows no type "${escapeText(type)}".${escapeText(didYouMean(type, known))}`);
    }
    return hints;
  } catch (error) {
    if (error instanceof Problem) return [];
    throw error;
  }
}

/** What `catch` throws again of an object that the log does not know: with what may have been meant. */
export function explainingUnknown(client: EmptyAnswer['client'], { type, id }: ObjectRef) {
  return async (error: unknown): Promise<never> => {
    if (!(error instanceof Problem) || error.code !== 'not_found') throw error;
    const hints = await typeHints({ client, include: { target: [formatRef(type, id)] } });
    throw new Problem(error.code, [error.message, ...hints].join(' '), error.details);
  };
}

/** Filters whose values are names that the log itself knows. */
const WORDS = { field: 'a change of the field', eventName: 'the name' } as const;

/** The same for fields and event names: whether no event has it, and which of the log's own may have been meant. */
async function wordHints({ client, include }: EmptyAnswer): Promise<string[]> {
  const asked = (Object.keys(WORDS) as (keyof typeof WORDS)[]).flatMap(key =>
    (include[key] ?? []).filter(value => !value.includes(',')).map(value => ({ key, value })),
  );
  if (asked.length === 0) return [];
  try {
    if (!(await seesTheLog(client))) return [];
    const hints: string[] = [];
    for (const { key, value } of asked) {
      const { data, next } = await client.audit.events({ include: { [key]: [value] }, limit: 1 });
      if (data.length > 0 || next !== null) continue;
      const known = (await client.audit.summary({}, key)).data.map(row => row.key);
      hints.push(`No event has ${WORDS[key]} "${escapeText(value)}".${escapeText(didYouMean(value, known))}`);
    }
    return hints;
  } catch (error) {
    if (error instanceof Problem) return [];
    throw error;
  }
}

const seesTheLog = async (client: EmptyAnswer['client']) =>
  ['admin', 'auditor'].includes((await client.me()).role);
