// The last look at a line before it reaches the terminal: colours may pass, nothing else that a terminal obeys.
// Data was made harmless long before (output/escape.ts); this is for the day when somebody forgets.
import { UNSAFE_CLASS } from '../../output/escape.js';

const SGR_OR_UNSAFE = new RegExp(`\\u001b\\[[0-9;]*m|[${UNSAFE_CLASS}]`, 'gu');
const MAY_HOLD_UNSAFE = /[^\x20-\x7e]/;

/** `line` with `\ufffd` for every control but SGR (ECMA-48, 8.3.117). */
export function harmless(line: string): string {
  if (!MAY_HOLD_UNSAFE.test(line)) return line;
  return line.replace(SGR_OR_UNSAFE, found => (found.length > 1 ? found : '\ufffd'));
}
