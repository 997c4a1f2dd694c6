// JSON Merge Patch (RFC 7396): how a PATCH changes a record's body.
import { isJsonObject } from '../../shared/json-object.js';

/**
 * `target` with `patch` merged in: members of the patch replace those of the target, object by object, and `null`
 * removes; arrays are replaced whole. Neither argument is changed; what the patch leaves alone is shared with the result. Recurses as deep
 * as `patch` does, so the patch comes from `parseJson`, which bounds that.
 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch;
  const merged = new Map(isJsonObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  }
  // Defines own members, whatever they are called: assignment would let `__proto__` through to the prototype.
  return Object.fromEntries(merged);
}
