// What a JSON object is, among the things that `typeof` calls objects.

export type JsonObject = Record<string, unknown>;

/** Whether a JSON value is an object; arrays and `null` are not. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
