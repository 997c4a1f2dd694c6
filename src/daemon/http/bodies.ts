// How bodies are read and checked: JSON as I-JSON (RFC 7493), schemas as JSON Schema 2020-12, nothing coerced,
// nothing stripped.
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { FastifyInstance, FastifyRequest, FastifySchemaCompiler } from 'fastify';
import { Problem } from '../../shared/problem.js';
import { faultsOf } from '../../shared/schema-faults.js';
import { parseJson } from './json-body.js';

/** Largest body of a JSON request, in bytes. */
export const BODY_LIMIT = 1024 * 1024;

/** Marks a body schema as description alone: its handler checks it piece by piece. */
export const CHECKED_BY_HANDLER = 'x-checked-by-handler';

/**
 * Compiles the schemas of routes. Stops at the first fault: a body with a million of them must not hold up the
 * event loop. A bad body is `invalid`, anything else that is bad is `bad_request`.
 */
export function schemaCompiler(): FastifySchemaCompiler<Record<string, unknown>> {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  return ({ schema, httpPart }) => {
    // What the router took from the address is text, and no schema of ours asks more of it.
    if (CHECKED_BY_HANDLER in schema || httpPart === 'params') return () => true;
    // Compiled when it is first needed: all at once they would be a fifth of the daemon's start.
    let validate: ValidateFunction | undefined;
    return value => {
      validate ??= ajv.compile(schema);
      if (validate(value)) return { value };
      const errors = faultsOf(validate.errors ?? []);
      const [first] = errors;
      const code = httpPart === 'body' ? 'invalid' : 'bad_request';
      const what =
        first === undefined ? 'The request does not fit its schema' : `${first.field} ${first.reason}`.trim();
      return { error: new Problem(code, `${what}.`, { errors }) };
    };
  };
}

/** Teaches `app` to read JSON, merge patches, and reports line by line. */
export function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'buffer', bodyLimit: BODY_LIMIT },
    (_request, body, done) => {
      try {
        done(null, parseJson(decodeUtf8(body as Buffer)));
      } catch (error) {
        done(error as Error);
      }
    },
  );
  app.addContentTypeParser('application/x-ndjson', (request, payload, done) => {
    if (request.routeOptions.config.takesLines === true) done(null, payload);
    else done(new Problem('unsupported_media_type', 'This takes no lines. Send application/json.'));
  });
}

/** Bodies are taken as they are, never compressed (RFC 9110, 8.4). @throws Problem `unsupported_media_type` */
export function refuseEncodedBody({ headers }: FastifyRequest): void {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() === 'identity') return;
  const reason = 'is not understood here: send the body as it is';
  throw new Problem('unsupported_media_type', `Content-Encoding ${encoding.slice(0, 40)} ${reason}.`, {
    errors: [{ field: 'Content-Encoding', reason }],
  });
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @throws Problem `bad_request` for bytes that are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Problem('bad_request', 'The body is not UTF-8.');
  }
}
