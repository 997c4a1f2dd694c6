// What can be erased of an event, and what of that somebody wants gone.
import type { DataEvent } from '../../../shared/data-event.js';
import { fieldText, type Slot } from '../../../shared/log/leaf-parts.js';
import { SOURCE_DAEMON } from '../../../shared/vocabulary.js';

/** Values that say nothing: there is nothing to erase. */
const EMPTY: ReadonlySet<string | null> = new Set([null, 'null', fieldText('null', 'null')]);

/** Whether `paths` name a value: it, or the whole group that it is in. Without any, every value is wanted. */
export function isWanted(path: string, paths: readonly string[] | undefined): boolean {
  return paths === undefined || paths.some(wanted => path === wanted || path.startsWith(`${wanted}/`));
}

/**
 * Whether the value can be erased. What the daemon itself says that it did keeps its `changes`: without them a token,
 * a type, a key or an erasure could not be accounted for.
 */
export function isErasable({ path, text }: Slot, { source }: Pick<DataEvent, 'source'>): boolean {
  if (EMPTY.has(text)) return false;
  return source !== SOURCE_DAEMON || !path.startsWith('/changes/');
}
