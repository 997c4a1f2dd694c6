// Changes as lines for people: a field a line, with a word diff of its value.
import type { Changes, DataEvent } from '../../shared/data-event.js';
import type { Io } from '../io.js';
import { escapeText, type SafeText } from './escape.js';
import { redacted } from './event-view.js';
import { paint } from './style.js';
import { wordDiff } from './word-diff.js';

/** What has changes: an event, or two states compared. */
export interface Changed {
  changes?: Changes;
  redactions?: DataEvent['redactions'];
}

/** `  name: [-Ada-]{+Ada King+}` for each field, indented. */
export function changeLines(changed: Changed, { colour }: Pick<Io, 'colour'>): string {
  const lines = Object.entries(changed.changes ?? {}).map(([field, { prev, next }]) => {
    const side = (name: 'prev' | 'next', value: unknown) => redacted(changed, field, name) ?? value;
    const label = paint(escapeText(field), 'bold', colour);
    return `  ${label}: ${wordDiff(side('prev', prev), side('next', next), colour)}\n`;
  });
  return lines.join('');
}

/** How many of something: `1 view`, `3 views`. */
export const counted = (count: number, one: string, many: string): SafeText =>
  escapeText(`${count} ${count === 1 ? one : many}`);
