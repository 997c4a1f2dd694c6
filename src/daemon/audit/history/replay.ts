// Replays the steps of one object as they come: how it stood at a moment, and who touched each field last. Pure. What
// was never recorded before a change is learnt from the `prev` of that change, so that a log that begins in the
// middle of a life still tells what it can.
import { hiddenOf, type Step, type Told } from './steps.js';

/** Takes the steps of an object, in order. */
export interface StepReader {
  /** The next one that had happened at the moment that is asked for. */
  take(step: Step): void;
  /** Whether what came after that moment can tell more. */
  isOpen(): boolean;
  /** The next one that came after it. */
  learn(step: Step): void;
}

/** How an object stood. */
export interface Standing {
  exists: boolean;
  /** Fields that the log tells of. One that is told as nothing is not there. */
  fields: ReadonlyMap<string, Told>;
  /** Whether every change since the object began is in the log, as far as can be told from it. */
  complete: boolean;
  /** The first step that the log has of the object, also if it came later. */
  first: Step | undefined;
  /** The last that had happened. */
  last: Step | undefined;
}

/** What is known of how the object's type is recorded. */
export interface Recorded {
  /** A `created` without `changes` made an object without any field, and not one whose fields went unrecorded. */
  createdInFull: boolean;
}

const UNRECORDED: Told = { hidden: 'unrecorded' };

export function createStanding(recorded: Recorded): StepReader & { standing(): Standing } {
  const fields = new Map<string, Told>();
  let exists = false;
  let complete = true;
  let first: Step | undefined;
  let last: Step | undefined;
  /** The life that was asked for is over: what comes is another one. */
  let isOver = false;

  /** An object whose first step is not its creation was there before the log began. */
  function begin(step: Step): void {
    if (first !== undefined) return;
    first = step;
    complete = step.action === 'created';
    exists = !complete;
  }

  return {
    take(step) {
      begin(step);
      last = step;
      if (step.action === 'deleted') {
        fields.clear();
        exists = false;
        complete = true;
        return;
      }
      if (step.action === 'created') {
        complete = step.fields !== undefined || recorded.createdInFull;
        // One that does not say what was created may be a second report of the same.
        if (complete) fields.clear();
      } else if (!exists || leavesGap(fields, step)) {
        // It came back, or was changed, in a way that the log does not hold.
        complete = false;
      }
      exists = true;
      for (const { field, next } of step.fields ?? []) fields.set(field, next);
      if (step.action === 'changed' && step.fields === undefined) {
        for (const field of fields.keys()) fields.set(field, UNRECORDED);
      }
    },

    isOpen: () => first === undefined || (exists && !complete && !isOver),

    /** Fields are told by the first later step that names them, up to where this life ends. */
    learn(step) {
      begin(step);
      if (!exists || complete || isOver) return;
      isOver = step.action !== 'changed' || step.fields === undefined;
      if (step.action === 'created') return;
      for (const { field, prev } of step.fields ?? []) {
        const known = fields.get(field);
        if (known === undefined || hiddenOf(known) === 'unrecorded') fields.set(field, prev);
      }
    },

    standing: () => ({ exists, fields, complete, first, last }),
  };
}

/** Whether something must have happened between what is known and what a change found. */
function leavesGap(fields: ReadonlyMap<string, Told>, step: Step): boolean {
  if (step.fields === undefined) return true;
  return step.fields.some(({ field, prev }) => {
    const known = fields.get(field);
    if (known === undefined || hiddenOf(known) !== undefined || hiddenOf(prev) !== undefined) return false;
    // Both are canonical.
    return known !== prev;
  });
}

/** Who touched a field last, and how often it was. */
export interface Touch {
  value: Told;
  /** The seq of the event. */
  seq: number;
  /** How many events named the field. */
  changes: number;
}

/** For each field that the steps name, in the order of first mention: what it is now, and which event made it so. */
export function createTouches(): StepReader & { touches(): ReadonlyMap<string, Touch> } {
  const touches = new Map<string, Touch>();

  function touch(field: string, value: Told, seq: number): void {
    const known = touches.get(field);
    if (known === undefined) {
      touches.set(field, { value, seq, changes: 1 });
      return;
    }
    known.value = value;
    known.seq = seq;
    known.changes += 1;
  }

  /** Gives every field that is there the same value. */
  function touchAll(value: Told, seq: number): void {
    for (const known of touches.values()) {
      if (known.value === '') continue;
      known.value = value;
      known.seq = seq;
    }
  }

  return {
    take({ action, fields, seq }) {
      for (const { field, next } of fields ?? []) touch(field, next, seq);
      // With the object go those of its fields that the event does not name; any of them may be what changed.
      if (action === 'deleted') touchAll('', seq);
      else if (action === 'changed' && fields === undefined) touchAll(UNRECORDED, seq);
    },
    isOpen: () => false,
    learn: () => undefined,
    touches: () => touches,
  };
}
