// A line of a list of choices.
import { type SafeText, safe } from '../../output/escape.js';
import { cutTo, padTo } from '../../output/width.js';

/** A bar and reverse video for the chosen one. */
export function choiceLine(text: SafeText, chosen: boolean, columns: number): string {
  const line = cutTo(text, columns - 2);
  return chosen ? `\u001b[7m${padTo(safe`▌ ${line}`, columns)}\u001b[27m` : `  ${line}`;
}
