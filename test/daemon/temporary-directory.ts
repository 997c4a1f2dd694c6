// A data directory of a test's own, removed when the test's process ends.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new empty directory (mode 0700) that is removed at the end of the process. */
export function temporaryDirectory(): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'whodid-test-')));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
