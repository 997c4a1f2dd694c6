// Folders of tests that need what not every machine has, how to find out, and how to get it. Where it is missing they
// are left out, and that is said.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const succeeds = (program, ...args) => spawnSync(program, args, { stdio: 'ignore' }).status === 0;

/** A small file system of one's own: only root may make one, and not in every container. */
function canMount() {
  const directory = mkdtempSync(join(tmpdir(), 'whodid-mount-'));
  const mounted = succeeds('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', directory);
  if (mounted) spawnSync('umount', [directory]);
  rmdirSync(directory);
  return mounted;
}

const NEEDS = [
  { folder: 'terminal/', isThere: () => succeeds('tmux', '-V'), get: 'install tmux' },
  {
    folder: 'faults/strace/',
    isThere: () => succeeds('strace', '-f', '-e', 'trace=none', 'true'),
    get: 'install strace, on Linux, where it may trace',
  },
  {
    folder: 'faults/clock/',
    isThere: () => succeeds('faketime', '-f', '+0', process.execPath, '-e', '0'),
    get: 'install faketime',
  },
  { folder: 'faults/tmpfs/', isThere: canMount, get: 'be root on Linux, where a tmpfs can be mounted' },
];

/**
 * Parts the test files that can run on this machine from those that cannot.
 * @param {string[]} files relative to the directory of compiled tests
 * @returns {{ files: string[], leftOut: string[] }} `leftOut`: a sentence for each folder
 */
export function partByNeeds(files) {
  const leftOut = [];
  let left = files;
  for (const { folder, isThere, get } of NEEDS) {
    const needy = left.filter(file => file.startsWith(folder));
    if (needy.length === 0 || isThere()) continue;
    left = left.filter(file => !needy.includes(file));
    leftOut.push(`Left out ${needy.length} test files (${needy.join(', ')}): to run them, ${get}.`);
  }
  return { files: left, leftOut };
}
