// The labelled steps on the way of an event, between which a crash must lose nothing. Whoever composes the daemon may
// pass in what happens at them: tests end the process there. The program itself passes nothing, and nothing that
// comes from outside can.

/** In the order in which one change passes them; the last are of maintenance. */
export const STEPS = [
  /** Main: all is written to the transaction of data.db, with its events, and not committed. */
  'before-commit',
  /** Main: the commit is durable, and nobody has been answered. */
  'after-commit',
  /** Logger: events, tree and index are written to the transaction of audit.db, the place in the outbox is not. */
  'mid-append',
  /** Main: the log holds the events, and the outbox still does. */
  'after-append',
  /** Logger: before a checkpoint is kept, and before anybody hears of it. */
  'mid-checkpoint',
  /** Either writer: before each statement of a migration, and before what is computed for older databases. */
  'mid-migration',
  /** Main: the new key is on the disk, and neither recorded nor used. */
  'mid-key-rotation',
  /** Logger: within and between the transactions of an erasure, and before it is done. */
  'mid-erasure',
] as const;

export type Step = (typeof STEPS)[number];

/** Called at every step, on the thread that is there. */
export type AtStep = (step: Step) => void;

export const passBy: AtStep = () => undefined;
