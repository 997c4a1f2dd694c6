// The first line of a pane: its name in a rule, heavier and bold where the keys go.
import { escapeText, type SafeText, safe } from '../../output/escape.js';
import { paint } from '../../output/style.js';
import { cutTo, widthOf, withoutMiddle } from '../../output/width.js';

export interface PaneTitleOptions {
  title: string;
  /** What the title ends with, and never loses: of a long id before it the middle goes. */
  ending?: string;
  /** At the right end. */
  note?: string;
  columns: number;
  focused: boolean;
  colour: boolean;
}

export function paneTitle(options: PaneTitleOptions): string {
  const { title, ending = '', note = '', columns, focused, colour } = options;
  const rule = focused ? '━' : '─';
  const shownNote = escapeText(note);
  const reserved = note === '' ? 0 : Math.min(Math.max(9, widthOf(shownNote) + 6), Math.floor(columns / 2));
  const most = Math.max(1, columns - 4 - reserved);
  const end = cutTo(escapeText(ending), most);
  const begin = escapeText(title);
  const left = Math.max(0, most - widthOf(end));
  const name = safe`${end === '' ? cutTo(begin, left) : withoutMiddle(begin, left)}${end}`;
  const room = columns - 4 - widthOf(name);
  const right = note === '' ? '' : ` ${cutTo(shownNote, Math.max(0, room - 4))} `;
  const shownRight = room - 4 > 4 ? right : '';
  const fill = Math.max(0, columns - 3 - widthOf(name) - widthOf(shownRight as SafeText) - 1);
  const line = `${rule} ${name} ${rule.repeat(fill)}${shownRight}${rule}`;
  return paint(line as SafeText, focused ? 'bold' : 'dim', colour);
}
