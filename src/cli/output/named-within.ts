// A name with its reference where there is little room. Apart from the view of events, which programs are shown too: these
// need no widths, and loading what measures them takes time.
import { formatRef } from '../../shared/object-ref.js';
import { escapeText, type SafeText, safe } from './escape.js';
import { named } from './event-view.js';
import { cutTo, widthOf, withoutMiddle } from './width.js';

/** Cells of who it is, where what is behind the name is to have room. */
export const MOST_NAMED = 40;

/** `named` in at most `width` columns: the name gives way first, then the middle of the reference. */
export function namedWithin(width: number, ...[name, type, id]: Parameters<typeof named>): SafeText {
  const whole = named(name, type, id);
  if (widthOf(whole) <= width) return whole;
  const ref = escapeText(formatRef(type, id));
  const lead = whole.slice(0, whole.length - ref.length).trimEnd() as SafeText;
  const room = width - widthOf(ref) - 1;
  return room < 2 ? withoutMiddle(ref, width) : safe`${cutTo(lead, room)} ${ref}`;
}
