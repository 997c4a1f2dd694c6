// What main and a thread tell each other without messages, in memory that both see: that the thread is alive, and
// that it has been woken and has yet to look.

/** Shared memory, given to the thread when it starts. */
export type Pulse = Int32Array<SharedArrayBuffer>;

const BEATS = 0;
const WAKING = 1;

/** How often a thread beats, in milliseconds. */
const BEAT_MS = 250;

export function createPulse(): Pulse {
  return new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
}

/** Thread: beats for as long as its event loop turns. Does not keep the thread alive. */
export function keepBeating(pulse: Pulse): void {
  setInterval(() => Atomics.add(pulse, BEATS, 1), BEAT_MS).unref();
}

/** Main: changes while the thread beats. */
export function beatsOf(pulse: Pulse): number {
  return Atomics.load(pulse, BEATS);
}

/** Main: whether a message to wake the thread is needed, or it is going to look anyway. */
export function startWaking(pulse: Pulse): boolean {
  return Atomics.exchange(pulse, WAKING, 1) === 0;
}

/** The thread looks now, or never will: the next waking needs a message of its own. */
export function wakingArrived(pulse: Pulse): void {
  Atomics.store(pulse, WAKING, 0);
}
