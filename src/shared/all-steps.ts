// Work that is done in steps, done at once: for threads that nobody waits for.

/** Runs `steps` to their end. @returns what comes of them */
export function allSteps<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
