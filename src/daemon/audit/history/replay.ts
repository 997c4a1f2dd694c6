// Replays the steps of one object: how it stood after any of them, and who touched each field last. Pure. What was
// never recorded before a change is learnt from the `prev` of that change, so that a log that begins in the middle
// of a life still tells what it can.
import type { Step, Told } from './steps.js';

/** How an object stood. */
export interface Standing {
  exists: boolean;
  /** Fields that the log tells of. One whose value is `null` and not hidden is not there. */
  fields: Map<string, Told>;
  /** Whether every change since the object began is in the log, as far as can be told from it. */
  complete: boolean;
}

/** What is known of how the object's type is recorded. */
export interface Recorded {
  /** A `created` without `changes` made an object without any field, and not one whose fields went unrecorded. */
  createdInFull: boolean;
}

const UNRECORDED: Told = { value: null, hidden: 'unrecorded' };

/**
 * How the object stood after the first `count` of its steps. `steps` are all that the log has of it, in order:
 * those after `count` tell what was there before them.
 */
export function standingAfter(steps: readonly Step[], count: number, recorded: Recorded): Standing {
  const begins = steps[0] === undefined || steps[0].action === 'created';
  const standing: Standing = { exists: !begins, fields: new Map(), complete: begins };
  for (let index = 0; index < count; index += 1) take(standing, steps[index]!, recorded);
  if (standing.exists && !standing.complete) lookAhead(standing.fields, steps, count);
  return standing;
}

function take(standing: Standing, step: Step, recorded: Recorded): void {
  const { fields } = standing;
  if (step.action === 'deleted') {
    fields.clear();
    standing.exists = false;
    standing.complete = true;
    return;
  }
  if (step.action === 'created') {
    standing.complete = step.fields !== undefined || recorded.createdInFull;
    // One that does not say what was created may be a second report of the same.
    if (standing.complete) fields.clear();
  } else if (!standing.exists || leavesGap(fields, step)) {
    // It came back, or was changed, in a way that the log does not hold.
    standing.complete = false;
  }
  standing.exists = true;
  for (const { field, next } of step.fields ?? []) fields.set(field, next);
  if (step.action === 'changed' && step.fields === undefined) {
    for (const field of fields.keys()) fields.set(field, UNRECORDED);
  }
}

/** Whether something must have happened between what is known and what a change found. */
function leavesGap(fields: ReadonlyMap<string, Told>, step: Step): boolean {
  if (step.fields === undefined) return true;
  return step.fields.some(({ field, prev }) => {
    const known = fields.get(field);
    if (known === undefined || known.hidden !== undefined || prev.hidden !== undefined) return false;
    return !sameValue(known.value, prev.value);
  });
}

/** Whether two values from the log are the same: their members are in canonical order already (RFC 8785). */
function sameValue(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** Learns fields from the first later step that names them, up to where this life ends. */
function lookAhead(fields: Map<string, Told>, steps: readonly Step[], count: number): void {
  for (let index = count; index < steps.length; index += 1) {
    const step = steps[index]!;
    if (step.action === 'created' || step.fields === undefined) return;
    for (const { field, prev } of step.fields) {
      const known = fields.get(field);
      if (known === undefined || known.hidden === 'unrecorded') fields.set(field, prev);
    }
    if (step.action === 'deleted') return;
  }
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
export function lastTouches(steps: readonly Step[]): Map<string, Touch> {
  const touches = new Map<string, Touch>();
  for (const { action, fields, seq } of steps) {
    for (const { field, next } of fields ?? []) {
      touches.set(field, { value: next, seq, changes: (touches.get(field)?.changes ?? 0) + 1 });
    }
    // With the object go those of its fields that the event does not name; any of them may be what changed.
    if (action === 'deleted') touchAll(touches, seq, { value: null });
    else if (action === 'changed' && fields === undefined) touchAll(touches, seq, UNRECORDED);
  }
  return touches;
}

/** Gives every field that is there the same value. */
function touchAll(touches: Map<string, Touch>, seq: number, value: Told): void {
  for (const [field, { value: last, changes }] of touches) {
    const isThere = last.value !== null || last.hidden !== undefined;
    if (isThere) touches.set(field, { value, seq, changes });
  }
}
