// What the interactive table remembers, in preferences.json of the client's directory. Nothing depends on it: what
// cannot be read is as if it were not there.
import type { ClientPaths } from '../../../shared/paths.js';
import { COLUMN_NAMES } from '../events/columns.js';
import { readSection, writeSection } from '../preferences-file.js';
import { DEFAULT_PREFERENCES, type TablePreferences } from './state.js';

const SECTION = 'table';
const LEAST_PERCENT = 20;

export async function readPreferences(config: Pick<ClientPaths, 'dir'>): Promise<TablePreferences> {
  const { hidden, order, absoluteTime, heightPercent } = (await readSection(
    config,
    SECTION,
  )) as Partial<TablePreferences>;
  const percent = typeof heightPercent === 'number' ? heightPercent : DEFAULT_PREFERENCES.heightPercent;
  return {
    hidden: COLUMN_NAMES.filter(name => Array.isArray(hidden) && hidden.includes(name)).slice(
      0,
      -1 + COLUMN_NAMES.length,
    ),
    order: order === 'asc' ? 'asc' : DEFAULT_PREFERENCES.order,
    absoluteTime: absoluteTime === true,
    heightPercent: Math.max(LEAST_PERCENT, Math.min(100, percent)),
  };
}

/** @throws what the file system says */
export async function writePreferences(
  config: Pick<ClientPaths, 'dir'>,
  preferences: TablePreferences,
): Promise<void> {
  await writeSection(config, SECTION, preferences);
}
