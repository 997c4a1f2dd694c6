// What a bench leaves behind is taken away when it ends, however it ends.

/** @returns {{ add(undo: () => unknown): void, run(): Promise<void> }} undone in the opposite order */
export function cleanups() {
  const steps = [];
  return {
    add: undo => void steps.push(undo),
    async run() {
      for (const undo of steps.splice(0).reverse()) await undo();
    },
  };
}
