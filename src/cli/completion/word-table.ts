// What the options and arguments of commands take, by their names: those mean the same in every command.
import { ACTIONS, ORDERS, OUTCOMES, RECORDING_LEVELS, ROLES } from '../../shared/vocabulary.js';
import { FILTER_WORDS } from '../commands/audit/filter-options.js';

/** What a word can be. */
export type Words =
  /** One of these. */
  | { of: readonly string[] }
  /** Some of these, with commas between them. */
  | { some: readonly string[] }
  /** `word=value`, with the values of the word if they are known. */
  | { pairs: readonly { word: string; values: readonly string[] }[] }
  /** Something that the daemon or the command itself knows (`known-words.ts`). */
  | { known: 'type' | 'types' | 'object' | 'ref' | 'field' | 'shown fields' | 'field=' | 'user' | 'token' }
  | { file: true };

const MOMENTS = { of: ['1h', '24h', '7d', '30d', 'today', 'yesterday'] };
const LEVELS = ACTIONS.map(word => ({ word, values: RECORDING_LEVELS }));

/** By the long form of the option. */
export const OPTION_WORDS: Readonly<Record<string, Words>> = {
  '--action': { some: ACTIONS },
  '--actor': { known: 'ref' },
  '--actor-types': { known: 'types' },
  '--against': { file: true },
  '--checkpoint': { file: true },
  '--db': { file: true },
  '--expires': { of: ['12h', '1d', '30d', '90d'] },
  '--field': { known: 'field' },
  '--fields': { known: 'shown fields' },
  '--file': { file: true },
  '--key': { file: true },
  '--not': { pairs: FILTER_WORDS },
  '--on-behalf-of': { known: 'ref' },
  '--order': { of: ORDERS },
  '--outcome': { some: OUTCOMES },
  '--record': { pairs: LEVELS },
  '--role': { of: ROLES },
  '--schema': { file: true },
  '--set': { known: 'field=' },
  '--since': MOMENTS,
  '--source': { of: ['data-layer', 'daemon'] },
  '--target': { known: 'ref' },
  '--target-types': { known: 'types' },
  '--time': MOMENTS,
  '--to': MOMENTS,
  '--until': MOMENTS,
  '--where': { known: 'field=' },
};

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** By the name of the argument. */
export const ARGUMENT_WORDS: Readonly<Record<string, Words>> = {
  dir: { file: true },
  file: { file: true },
  object: { known: 'object' },
  shell: { of: SHELLS },
  id: { known: 'token' },
  type: { known: 'type' },
  'user-id': { known: 'user' },
};
