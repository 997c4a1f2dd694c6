import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lintOpenApi } from './openapi-lint.js';

/** A small document without a fault. */
function greeting() {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Greeting',
      version: '1.0.0',
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    paths: {
      '/greetings/{name}': {
        get: {
          operationId: 'greet',
          summary: 'Greets',
          parameters: [{ name: 'name', in: 'path', required: true, schema: { type: 'string' } }],
          responses: {
            '200': {
              description: 'A greeting',
              content: { 'application/json': { schema: { type: ['string', 'null'] } } },
            },
            '404': { description: 'Nobody of this name' },
          },
        },
      },
    },
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
  };
}

test('passes a document of OpenAPI 3.1', async () => {
  assert.equal(await lintOpenApi(greeting()), []);
});

const faults: [name: string, spoil: (document: ReturnType<typeof greeting>) => object, finding: RegExp][] = [
  [
    'a parameter that is not declared',
    document => {
      document.paths['/greetings/{name}'].get.parameters = [];
      return document;
    },
    /^path-parameters-defined at /,
  ],
  [
    'a reference to nothing',
    document => ({ ...document, components: { schemas: { A: { $ref: '#/components/schemas/B' } } } }),
    /^no-unresolved-refs at #\/components\/schemas\/A/,
  ],
  [
    'a field that OpenAPI does not have',
    document => ({ ...document, colour: 'red' }),
    /^struct at #\/colour/,
  ],
  [
    'an answer without a description',
    document => {
      Reflect.deleteProperty(document.paths['/greetings/{name}'].get.responses['404'], 'description');
      return document;
    },
    /^struct at /,
  ],
  [
    'an operation without authentication',
    document => {
      Reflect.deleteProperty(document, 'security');
      return document;
    },
    /^security-defined at /,
  ],
  [
    'a type that JSON Schema does not have',
    document => {
      document.paths['/greetings/{name}'].get.parameters[0]!.schema.type = 'text';
      return document;
    },
    /^struct at #\/paths\/~1greetings~1\{name\}\/get\/parameters\/0\/schema\/type/,
  ],
];
for (const [name, spoil, finding] of faults) {
  test(`finds ${name}`, async () => {
    const found = await lintOpenApi(spoil(greeting()));
    assert.ok(
      found.some(line => finding.test(line)),
      found.join('\n'),
    );
  });
}

test.run();
