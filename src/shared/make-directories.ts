// Making a directory with all that it needs above it. Node's own way (`recursive`) never ends where the system
// answers ENOENT for a place that is there, as under /proc.
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes the directory `path` and the missing ones above it, for their owner alone.
 * @throws the system's error, with the `path` that could not be made
 */
export function makeDirectories(path: string): void {
  const missing: string[] = [];
  for (let place = path; statSync(place, { throwIfNoEntry: false }) === undefined; place = dirname(place)) {
    missing.push(place);
    if (dirname(place) === place) break;
  }
  for (const place of missing.reverse()) {
    try {
      mkdirSync(place, { mode: 0o700 });
    } catch (error) {
      // Somebody else may have been faster.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
