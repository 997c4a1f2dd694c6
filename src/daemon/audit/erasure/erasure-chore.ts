// Erasures as the logger does them: a step between two appends, as long as there is one under way.
import type { LogHead } from '../audit-log.js';
import { LogMoved } from '../log-store.js';
import type { LogErasures } from './log-erasures.js';
import type { ErasureOrder, ErasureProgress } from './order.js';

/** How long the logger waits before it tries again what somebody's reading holds up, in milliseconds. */
const RETRY_MS = 250;

export interface ErasureChoreOptions {
  erasures: LogErasures;
  /** Tries a step until it does not fail for want of room or access. */
  persist<T>(what: string, step: () => Promise<T>): Promise<T>;
  onErasure(progress: ErasureProgress): void;
  warn(sentence: string): void;
  wake(): void;
}

export interface ErasureChore {
  begin(order: ErasureOrder): Promise<void>;
  cleared(id: string): Promise<void>;
  /** There may be something to do. */
  look(): void;
  /** A step of the oldest erasure. @returns the head to go on from; `null` if there is nothing to do at the moment */
  step(head: LogHead): Promise<LogHead | null>;
}

export function createErasureChore(options: ErasureChoreOptions): ErasureChore {
  const { erasures, persist, onErasure, warn, wake } = options;
  /** Whether there may be something to do; what a restart finds it has to look for. */
  let mayWork = true;

  function workAgain(): void {
    mayWork = true;
    wake();
  }

  /** What cannot be carried out is given up, and never stops the log. */
  async function giveUp(error: unknown): Promise<void> {
    const reason = error instanceof Error ? error.message : String(error);
    warn(`An erasure cannot be carried out and was given up: ${reason}`);
    const failed = await persist('Giving an erasure up', () => erasures.giveUp(reason));
    if (failed !== null) onErasure(failed);
  }

  return {
    look: workAgain,

    async begin(order) {
      try {
        onErasure(await persist('Taking an erasure', () => erasures.begin(order)));
        workAgain();
      } catch (error) {
        warn(`An erasure could not be taken: ${error instanceof Error ? error.message : String(error)}`);
      }
    },

    async cleared(id) {
      const done = await persist('Ending an erasure', () => erasures.cleared(id));
      if (done !== null) onErasure(done);
      workAgain();
    },

    async step(head) {
      if (!mayWork) return null;
      try {
        const step = await persist('Erasing', () => erasures.step(head.size));
        if (step === null) {
          mayWork = false;
          return null;
        }
        onErasure(step.progress);
        if (step.waits) {
          mayWork = false;
          // Of data.db it is heard; of readers it is not.
          if (step.progress.phase !== 'erased') setTimeout(workAgain, RETRY_MS).unref();
        }
        return step.waits ? null : step.head;
      } catch (error) {
        if (error instanceof LogMoved) throw error;
        await giveUp(error);
        return null;
      }
    },
  };
}
