// Trouble at a labelled step of the daemon, ordered by the test through a file and met once.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { AtStep, Step } from '#src/daemon/steps.js';

export interface Trouble {
  step: Step;
  /** At which passing of the step, from 1, counted on each thread. */
  passing: number;
  /** The process is killed; its thread ends, stops for ever, or throws. */
  what: 'kill' | 'end' | 'hang' | 'throw';
}

/** Where the programs of the tests look for it. */
export const TROUBLE_VARIABLE = 'WHODID_TEST_TROUBLE';

export function order(file: string, trouble: Trouble): void {
  // Whole or not at all: the daemon looks at any moment.
  writeFileSync(`${file}.new`, JSON.stringify(trouble));
  renameSync(`${file}.new`, file);
}

/** Whether what was ordered has been met. */
export const isMet = (file: string): boolean => !existsSync(file);

/** What is ordered and not met: read at once, because the thread that meets it removes the file meanwhile. */
function ordered(file: string): Trouble | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Trouble;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Meets what is ordered in `file`. */
export function troubleFrom(file: string): AtStep {
  let passed = 0;
  return step => {
    const trouble = ordered(file);
    if (trouble === undefined) {
      passed = 0;
      return;
    }
    if (trouble.step !== step) return;
    passed += 1;
    if (passed < trouble.passing) return;
    passed = 0;
    rmSync(file);
    MEET[trouble.what]();
  };
}

const MEET: Record<Trouble['what'], () => void> = {
  kill() {
    process.kill(process.pid, 'SIGKILL');
    // The signal takes the other threads a moment to notice; this one goes no further.
    for (;;);
  },
  end: () => process.exit(9),
  hang() {
    for (;;);
  },
  throw() {
    throw new Error('Trouble, as ordered by a test.');
  },
};
