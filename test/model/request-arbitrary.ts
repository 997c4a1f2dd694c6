// Requests made from the API document: right ones, nearly right ones and noise, for every route that it lists.
import fc from 'fast-check';

/** A JSON Schema, as far as the API document uses it. */
export interface Schema {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minimum?: number;
  maximum?: number;
}

interface Parameter {
  in: string;
  name: string;
  schema: Schema;
}

interface Operation {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

/** What `/v1/openapi.json` answers, as far as it is looked at here. */
export interface ApiDocument {
  paths: Record<string, Record<string, Operation>>;
}

export interface GeneratedRequest {
  method: string;
  template: string;
  path: string;
  /** JSON; undefined for none. */
  body: string | undefined;
}

/** What exists or could, so that requests meet objects. */
export interface Vocabulary {
  /** Names, ids, addresses: for whatever has no name of its own below. */
  words: readonly string[];
  /** What a parameter or a member of this name may be. */
  named: Readonly<Record<string, readonly string[]>>;
  /** Fields of records. */
  records: readonly object[];
}

const noise = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.jsonValue(),
);

/** Values that schemas take, most of the time; strings by the name of what they are for. */
function schemaValues({ words, named, records }: Vocabulary) {
  const word = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...words) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
  );
  const fields = fc.constantFrom(...records);
  const text = (name: string) => {
    const known = named[name];
    return known === undefined ? word : fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...known) }, word);
  };
  function value(schema: Schema, name: string): fc.Arbitrary<unknown> {
    const among = schema.anyOf ?? schema.oneOf;
    if (among !== undefined && named[name] === undefined)
      return fc.oneof(...among.map(one => value(one, name)));
    if (schema.const !== undefined) return fc.constant(schema.const);
    if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
    if (schema.type === 'integer' || schema.type === 'number') {
      const min = Math.max(schema.minimum ?? -1000, Number.MIN_SAFE_INTEGER);
      const max = Math.min(schema.maximum ?? Date.now(), Number.MAX_SAFE_INTEGER);
      return fc.oneof(
        fc.integer({ min, max: Math.min(max, min + 50) }),
        fc.constant(Math.min(max, Date.now() + 60_000)),
      );
    }
    if (schema.type === 'boolean') return fc.boolean();
    if (schema.type === 'null') return fc.constant(null);
    if (schema.type === 'array') return fc.array(value(schema.items ?? {}, name), { maxLength: 3 });
    if (schema.type === 'object' || schema.properties !== undefined) {
      const known = Object.entries(schema.properties ?? {});
      if (known.length === 0) return fc.oneof(fields, fc.dictionary(word, word, { maxKeys: 4 }));
      return fc.record(Object.fromEntries(known.map(([member, of]) => [member, value(of, member)])), {
        requiredKeys: schema.required ?? [],
      });
    }
    return text(name);
  }
  return value;
}

/** Mostly `good`, at times anything. */
const mostly = <T>(good: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 9, arbitrary: good as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: noise });

const asText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

/** Requests to every route of `document`, each as likely as the others. */
export function requestArbitrary(
  document: ApiDocument,
  vocabulary: Vocabulary,
): fc.Arbitrary<GeneratedRequest> {
  const value = schemaValues(vocabulary);
  const routes = Object.entries(document.paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => {
      const inPath = parameters.filter(parameter => parameter.in === 'path');
      const query = parameters.filter(parameter => parameter.in === 'query');
      const schema = requestBody?.content['application/json']?.schema;
      const given = ({ name, schema: of }: Parameter) =>
        mostly(value(of, name)).map(it => [name, encode(asText(it))] as const);
      return fc
        .record({
          places: fc.tuple(...inPath.map(given)),
          asked: fc.uniqueArray(
            query.length === 0 ? fc.constant(['', ''] as const) : fc.oneof(...query.map(given)),
            {
              maxLength: query.length === 0 ? 0 : 3,
              selector: ([name]) => name,
            },
          ),
          body: schema === undefined ? fc.constant(undefined) : mostly(value(schema, '')),
        })
        .map(({ places, asked, body }): GeneratedRequest => {
          const path = template.replace(/\{(\w+)\}/g, (_, name) => new Map(places).get(name) ?? '');
          const search = asked.map(pair => pair.join('='));
          return {
            method: method.toUpperCase(),
            template,
            path: search.length === 0 ? path : `${path}?${search.join('&')}`,
            body: body === undefined ? undefined : JSON.stringify(body),
          };
        });
    }),
  );
  return fc.oneof(...routes);
}

/** Lone surrogates cannot be in an address. */
const encode = (text: string) => encodeURIComponent(text.toWellFormed());
