// Events that say how the log itself was kept: about types, keys, tokens and the log, and about roles. By age alone nothing
// of them goes for a year.
import type { Changes } from '../../../shared/data-event.js';
import { SOURCE_DAEMON, SOURCE_DATA_LAYER } from '../../../shared/vocabulary.js';

/** How long they are kept as they are, in days: a year, also one with a leap day. */
export const CONTROL_DAYS = 366;

const CONTROL_TARGETS: ReadonlySet<string> = new Set(['audit', 'keys', 'tokens', 'types']);

/** What tells them, of an event. */
export interface ControlFacts {
  source: string;
  targetType: string;
  changes?: Changes | Readonly<Record<string, unknown>>;
}

export function isControlEvent({ source, targetType, changes = {} }: ControlFacts): boolean {
  if (source === SOURCE_DAEMON) return CONTROL_TARGETS.has(targetType);
  return source === SOURCE_DATA_LAYER && targetType === 'users' && Object.hasOwn(changes, 'role');
}
