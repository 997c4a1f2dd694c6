// Keeping columns straight where terminals disagree on how many cells a text takes (emoji of several parts,
// combining marks): behind such a cell stands a mark, and who writes the line moves to the column that was counted.
import type { SafeText } from '../../output/escape.js';

/** Invisible (U+2063), and never in data: escaping takes it out. */
export const COLUMN_MARK = '\u2063';

/** Zero-width joiners, variation selectors, flags, skin tones, emoji, and whatever combines with what is before. */
const DISPUTED = /\u200c|\u200d|[\u1100-\u11ff\p{M}\p{Extended_Pictographic}\p{RI}\p{Emoji_Modifier}]/u;
const ASCII = /^[\x20-\x7e]*$/;

/** A cell of a row, filled up to its width, with a mark behind it if it needs one. */
export function marked(cell: SafeText): SafeText {
  return ASCII.test(cell) || !DISPUTED.test(cell) ? cell : ((cell + COLUMN_MARK) as SafeText);
}
