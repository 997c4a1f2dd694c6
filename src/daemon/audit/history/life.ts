// Reads what the log has of one object, up to a moment and, where that tells more, after it. Steps are handed on as
// they come: of an object with thousands of them none is kept.
import type { Moment } from '../../../shared/object-history.js';
import type { LogView } from '../log-view.js';
import { type ObjectEvents, type ObjectScope, objectEvents, slicesOf } from './object-events.js';
import type { StepReader } from './replay.js';
import { type Step, stepOf } from './steps.js';

/** @returns whether the log knows anything of the object */
export async function readLife(
  view: LogView,
  { moment, ...scope }: ObjectScope & { moment: Moment },
  reader: StepReader,
): Promise<boolean> {
  const events = await objectEvents(view, scope, { changesOnly: true, snapshot: view.size() });
  let isKnown = false;

  async function read(from: number, to: number, visit: (step: Step) => void, isEnough = () => false) {
    for await (const slice of slicesOf(view, events, { from, to })) {
      for (const event of slice) {
        isKnown = true;
        const step = stepOf(event);
        if (step !== undefined) visit(step);
      }
      if (isEnough()) return;
    }
  }

  const count = events.positions.seqs.length;
  const { seq } = moment;
  if (seq !== undefined && !events.bySeq) {
    // Reports can be late: what the log did not hold at that place in it is not known there.
    await read(0, count, step => step.seq <= seq && reader.take(step));
    return isKnown;
  }
  const happened = happenedAt(moment);
  const behind = placeBehind(events, happened);
  /** Steps that are later than the moment: they had happened if one that had comes after them. */
  let later: Step[] = [];
  await read(0, behind, step => {
    if (!happened(step)) {
      later.push(step);
      return;
    }
    for (const earlier of later) reader.take(earlier);
    later = [];
    reader.take(step);
  });
  for (const step of later) reader.learn(step);
  const isEnough = () => isKnown && !reader.isOpen();
  if (behind < count && !isEnough()) await read(behind, count, reader.learn, isEnough);
  return isKnown;
}

type Placed = Pick<Step, 'seq' | 'timestamp'>;

function happenedAt({ time = Number.POSITIVE_INFINITY, seq }: Moment): (one: Placed) => boolean {
  return one => (seq === undefined ? one.timestamp <= time : one.seq <= seq);
}

/** How many of the events there are up to the last one that had happened. */
function placeBehind({ positions }: ObjectEvents, happened: (one: Placed) => boolean): number {
  const { timestamps, seqs } = positions;
  return seqs.findLastIndex((seq, index) => happened({ seq, timestamp: timestamps[index]! })) + 1;
}
