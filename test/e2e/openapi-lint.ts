// Whether a document is OpenAPI 3.1 as others read it: Redocly's linter with its recommended rules, all strict.
import { createConfig, lintFromString } from '@redocly/openapi-core';

/**
 * What the linter finds in `document`: `rule at pointer: message`, sorted; empty for a document that passes. It
 * reads neither a configuration file nor the network.
 */
export async function lintOpenApi(document: unknown): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended-strict'] });
  const source = JSON.stringify(document);
  const problems = await lintFromString({ source, absoluteRef: 'openapi.json', config });
  return problems
    .map(({ ruleId, location, message }) => `${ruleId} at ${location[0]?.pointer ?? '#/'}: ${message}`)
    .sort();
}
