// Places inside a JSON value: pointers (RFC 6901) for redactions, and the paths by which faults name a field.

/** Most characters of one step of a path; a longer key is cut, so that an error never carries a body back. */
const MAX_STEP_LENGTH = 80;

/** One step of a JSON pointer: `~` and `/` escaped (RFC 6901 §3). */
export function pointerStep(key: string): string {
  return key.includes('~') || key.includes('/') ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key;
}

/** The path of a field as faults name it: a pointer without the leading slash, `address/zip`, `lines/0/total`. */
export function fieldPath(steps: readonly string[]): string {
  return steps.map(step => pointerStep(cut(step.toWellFormed()))).join('/');
}

function cut(step: string): string {
  return step.length > MAX_STEP_LENGTH ? `${step.slice(0, MAX_STEP_LENGTH).toWellFormed()}…` : step;
}

/** The key that `pointerStep` wrote. */
export function stepKey(step: string): string {
  return step.includes('~') ? step.replaceAll('~1', '/').replaceAll('~0', '~') : step;
}
