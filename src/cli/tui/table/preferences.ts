// What the interactive table remembers, in preferences.json of the client's directory. Nothing depends on it: what
// cannot be read is as if it were not there.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../../../shared/atomic-file.js';
import type { ClientPaths } from '../../../shared/paths.js';
import { COLUMN_NAMES } from '../events/columns.js';
import { DEFAULT_PREFERENCES, type TablePreferences } from './state.js';

const LEAST_PERCENT = 20;

export async function readPreferences({ dir }: Pick<ClientPaths, 'dir'>): Promise<TablePreferences> {
  const { hidden, order, absoluteTime, heightPercent } = (await tableSection(
    dir,
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

/** Keeps what else is in the file. @throws what the file system says */
export async function writePreferences(
  { dir }: Pick<ClientPaths, 'dir'>,
  preferences: TablePreferences,
): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const all = { ...(await wholeFile(dir)), table: preferences };
  await writeFileAtomically(join(dir, FILE), `${JSON.stringify(all, null, 2)}\n`);
}

const FILE = 'preferences.json';

async function tableSection(dir: string): Promise<object> {
  const { table } = (await wholeFile(dir)) as { table?: unknown };
  return typeof table === 'object' && table !== null ? table : {};
}

async function wholeFile(dir: string): Promise<object> {
  try {
    const value: unknown = JSON.parse(await readFile(join(dir, FILE), 'utf8'));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
