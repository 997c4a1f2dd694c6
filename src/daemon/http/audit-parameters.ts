// The query parameters of audit queries as the API document shows them, made from the one list of filters.
// What a value may be is checked by query-filter.ts, which names the parameter in its refusals.
import Type, { type TSchema } from 'typebox';
import { FILTER_KEYS, REF_FILTER_KEYS } from '../../shared/audit-filter.js';

const repeatable = (description: string) =>
  Type.Union([Type.String(), Type.Array(Type.String())], { description });

function describe(key: (typeof FILTER_KEYS)[number]): string {
  if (REF_FILTER_KEYS.has(key)) return 'TYPE:ID, or TYPE: for a whole type; may be repeated.';
  if (key === 'action' || key === 'outcome') return 'A comma-separated list.';
  return 'May be repeated.';
}

const filters = Object.fromEntries(FILTER_KEYS.map(key => [key, Type.Optional(repeatable(describe(key)))]));

const parameters: Record<string, TSchema> = {
  ...filters,
  not: Type.Optional(repeatable('filter:value, to be left out; may be repeated.')),
  since: Type.Optional(Type.String({ description: 'Inclusive; milliseconds or RFC 3339.' })),
  until: Type.Optional(Type.String({ description: 'Exclusive; milliseconds or RFC 3339.' })),
  limit: Type.Optional(Type.String({ description: '1 to 1000; 50 when left out.' })),
};

/** What a question is asked with that follows from the events of a query, and is recorded with it. */
export const within = Type.Optional(
  Type.String({ description: '`within` of the query that this follows from.' }),
);

/** Everything but where a page begins. */
export const AuditFilterQuerySchema = Type.Object(parameters, { additionalProperties: true });

/** Of counts. */
export const AuditCountQuerySchema = Type.Object({ ...parameters, within }, { additionalProperties: true });

export const AuditQuerySchema = Type.Object(
  {
    ...parameters,
    order: Type.Optional(Type.String({ description: 'desc (newest first) or asc.' })),
    cursor: Type.Optional(
      Type.String({ description: '`next` or `prev` of an earlier page of the same query.' }),
    ),
    browse: Type.Optional(
      Type.String({ description: 'true to look around in what is found: the answer has `within`.' }),
    ),
    within,
  },
  { additionalProperties: true },
);
