// How much is measured. Ratios need rounds more than they need length.

/**
 * @typedef {object} Sizes
 * @property {number} rounds turns of each side
 * @property {number} secondsPerTurn
 * @property {number} log events of the large log
 * @property {number} backlog events that the logger drains
 * @property {number} loaded events that `audit report` loads
 * @property {number} burstSeconds
 */

/** @type {Record<'quick' | 'usual' | 'full', Sizes>} */
export const SIZES = {
  quick: { rounds: 3, secondsPerTurn: 0.7, log: 100_000, backlog: 20_000, loaded: 20_000, burstSeconds: 2 },
  usual: {
    rounds: 7,
    secondsPerTurn: 1.2,
    log: 1_000_000,
    backlog: 100_000,
    loaded: 100_000,
    burstSeconds: 10,
  },
  full: {
    rounds: 11,
    secondsPerTurn: 4,
    log: 10_000_000,
    backlog: 500_000,
    loaded: 1_000_000,
    burstSeconds: 10,
  },
};

/** The small log that a large one is compared with. */
export const SMALL_LOG = 10_000;
