// The first line of a pane: its name in a rule, heavier and bold where the keys go.
import { escapeText, type SafeText } from '../../output/escape.js';
import { paint } from '../../output/style.js';
import { cutTo, widthOf } from '../../output/width.js';

export interface PaneTitleOptions {
  title: string;
  /** At the right end. */
  note?: string;
  columns: number;
  focused: boolean;
  colour: boolean;
}

export function paneTitle({ title, note = '', columns, focused, colour }: PaneTitleOptions): string {
  const rule = focused ? '━' : '─';
  const name = cutTo(escapeText(`${title}`), Math.max(1, columns - 4));
  const room = columns - 4 - widthOf(name);
  const right = note === '' ? '' : ` ${cutTo(escapeText(note), Math.max(0, room - 4))} `;
  const shownRight = room - 4 > 4 ? right : '';
  const fill = Math.max(0, columns - 3 - widthOf(name) - widthOf(shownRight as SafeText) - 1);
  const line = `${rule} ${name} ${rule.repeat(fill)}${shownRight}${rule}`;
  return paint(line as SafeText, focused ? 'bold' : 'dim', colour);
}
