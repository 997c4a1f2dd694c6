// preferences.json of the client's directory: a section for each interactive part. Nothing depends on it: what
// cannot be read is as if it were not there.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../../shared/atomic-file.js';
import type { ClientPaths } from '../../shared/paths.js';

const FILE = 'preferences.json';

/** A section as it stands in the file: of any shape, since people edit it. */
export async function readSection({ dir }: Pick<ClientPaths, 'dir'>, name: string): Promise<object> {
  const section = (await wholeFile(dir))[name];
  return typeof section === 'object' && section !== null ? section : {};
}

/** Keeps what else is in the file. @throws what the file system says */
export async function writeSection(
  { dir }: Pick<ClientPaths, 'dir'>,
  name: string,
  section: object,
): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const all = { ...(await wholeFile(dir)), [name]: section };
  await writeFileAtomically(join(dir, FILE), `${JSON.stringify(all, null, 2)}\n`);
}

async function wholeFile(dir: string): Promise<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(await readFile(join(dir, FILE), 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
