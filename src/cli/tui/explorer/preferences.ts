// What the explorer remembers, in its section of preferences.json.
import type { ClientPaths } from '../../../shared/paths.js';
import { COLUMN_NAMES } from '../events/columns.js';
import { readSection, writeSection } from '../preferences-file.js';
import { type ExplorerPreferences, type ExplorerState, lineOfStep } from './state.js';

const SECTION = 'explorer';

export async function readPreferences(config: Pick<ClientPaths, 'dir'>): Promise<ExplorerPreferences> {
  const { saved, history, absoluteTime, hidden, last } = (await readSection(
    config,
    SECTION,
  )) as Partial<ExplorerPreferences>;
  const lines = Object.entries(typeof saved === 'object' && saved !== null ? saved : {});
  return {
    saved: Object.fromEntries(
      lines.filter(([digit, line]) => /^[1-9]$/.test(digit) && typeof line === 'string'),
    ),
    history: Array.isArray(history) ? history.filter(line => typeof line === 'string') : [],
    ...(typeof last === 'string' ? { last } : {}),
    absoluteTime: absoluteTime === true,
    hidden: COLUMN_NAMES.filter(name => Array.isArray(hidden) && hidden.includes(name) && name !== 'action'),
  };
}

/** @throws what the file system says */
export async function writePreferences(
  config: Pick<ClientPaths, 'dir'>,
  state: ExplorerState,
): Promise<void> {
  const { saved, history, absoluteTime, hidden } = state;
  const last = lineOfStep(state);
  const preferences: ExplorerPreferences = { saved, history, absoluteTime, hidden, last };
  await writeSection(config, SECTION, preferences);
}

/** Keeps a view under a digit, and all else as it is. @throws what the file system says */
export async function keepView(config: Pick<ClientPaths, 'dir'>, digit: string, line: string): Promise<void> {
  const { saved } = await readPreferences(config);
  const section = await readSection(config, SECTION);
  await writeSection(config, SECTION, { ...section, saved: { ...saved, [digit]: line } });
}
