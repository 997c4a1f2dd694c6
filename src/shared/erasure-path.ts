// How people name what is to be erased of an event, in flags and in config.toml, as JSON pointers into it.
import { pointerStep } from './json-pointer.js';
import { CONTEXT_MEMBERS } from './log/leaf-parts.js';

/** Values that can be erased, and whole groups of them, as JSON pointers into the event. */
export const ERASURE_POINTER = `^/(?:actorName|targetName|changes|context|metadata|changes/[^/]+|metadata/[^/]+|context/(?:${CONTEXT_MEMBERS.join('|')}))$`;

const WHOLE: Readonly<Record<string, string[]>> = {
  actorName: ['/actorName'],
  targetName: ['/targetName'],
  names: ['/actorName', '/targetName'],
  changes: ['/changes'],
  context: ['/context'],
  metadata: ['/metadata'],
};

/**
 * The pointers of a word: a field of `changes`, a name, `context.ip`, `metadata.KEY`, a whole group, or a pointer itself
 * (for a field that is called like one of those). `undefined` for a member of `context` that there is not.
 */
export function erasurePaths(word: string): string[] | undefined {
  if (word.startsWith('/')) return [word];
  const whole = Object.hasOwn(WHOLE, word) ? WHOLE[word] : undefined;
  if (whole !== undefined) return whole;
  const [group, ...rest] = word.split('.');
  const name = rest.join('.');
  if (group === 'metadata' && name !== '') return [`/metadata/${pointerStep(name)}`];
  if (group !== 'context' || name === '') return [`/changes/${pointerStep(word)}`];
  return CONTEXT_MEMBERS.some(member => member === name) ? [`/context/${name}`] : undefined;
}
