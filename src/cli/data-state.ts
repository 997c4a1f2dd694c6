// What is in the place of the data directory, as far as this user can see.
import { statSync } from 'node:fs';
import type { DataPaths } from '../shared/paths.js';
import { Problem } from '../shared/problem.js';

export type DataState = 'there' | 'absent' | 'not yours';

export function dataState({ dataDb }: DataPaths): DataState {
  try {
    return statSync(dataDb, { throwIfNoEntry: false }) === undefined ? 'absent' : 'there';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? 'not yours' : 'absent';
  }
}

/** What to do about a directory of another user. */
export const AS_ITS_OWNER = 'Run whodid as its owner, or set WHODID_HOME to a directory of your own.';

/** Whether there is a data directory. @throws Problem `forbidden` for one that is somebody else's */
export function hasData(data: DataPaths): boolean {
  const state = dataState(data);
  if (state !== 'not yours') return state === 'there';
  throw new Problem('forbidden', `${data.dir} is not yours: you may not look into it. ${AS_ITS_OWNER}`);
}
