// The last look at a line before it reaches the terminal: colours may pass, nothing else that a terminal obeys.
// Data was made harmless long before (output/escape.ts); this is for the day when somebody forgets. Marks of
// columns become moves to where a column was counted to be.
import type { SafeText } from '../../output/escape.js';
import { UNSAFE_CLASS } from '../../output/escape.js';
import { widthOf } from '../../output/width.js';
import { COLUMN_MARK } from '../lines/column-mark.js';

const SGR_OR_UNSAFE = new RegExp(`\\u001b\\[[0-9;]*m|[${UNSAFE_CLASS}]`, 'gu');
const MAY_HOLD_UNSAFE = /[^\x20-\x7e]/;
const SGR = /\u001b\[[0-9;]*m/g;

/** `line`, which begins in `column` (from 0), with `\ufffd` for every control but SGR (ECMA-48, 8.3.117). */
export function harmless(line: string, column = 0): string {
  if (!MAY_HOLD_UNSAFE.test(line)) return line;
  if (!line.includes(COLUMN_MARK)) return withoutControls(line);
  let at = column + 1;
  const parts = line.split(COLUMN_MARK).map(withoutControls);
  return parts
    .map((part, index) => {
      if (index === parts.length - 1) return part;
      at += widthOf(part.replaceAll(SGR, '') as SafeText);
      // CHA (ECMA-48, 8.3.9).
      return `${part}\u001b[${at}G`;
    })
    .join('');
}

function withoutControls(text: string): string {
  return text.replace(SGR_OR_UNSAFE, found => (found.length > 1 ? found : '\ufffd'));
}
