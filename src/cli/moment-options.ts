// A moment on the command line: `--time yesterday` or `--seq 1234`.
import type { Command } from 'commander';
import type { Moment } from '../shared/object-history.js';
import { Problem } from '../shared/problem.js';
import { parseTime } from './time.js';

export interface MomentFlags {
  time?: string;
  seq?: string;
}

/** Declares `--time` and `--seq`. */
export function addMomentOptions(command: Command): Command {
  return command
    .option('--time <time>', 'as of then: 2h, 3d, yesterday, or a date')
    .option('--seq <number>', 'as of this place in the log, instead of a time');
}

/**
 * The moment that the options name; none is now.
 * @param now milliseconds since the Unix epoch
 * @throws Problem `bad_request` for both, or for what is neither
 */
export function momentOf({ time, seq }: MomentFlags, now: number): Moment {
  if (time !== undefined && seq !== undefined) {
    throw new Problem('bad_request', 'Only one of --time and --seq can be had.');
  }
  if (seq !== undefined && !/^[1-9]\d{0,14}$/.test(seq)) {
    throw new Problem('bad_request', `--seq takes the number of an event in the log, not "${seq}".`);
  }
  return {
    ...(time === undefined ? {} : { time: parseTime(time, now, '--time') }),
    ...(seq === undefined ? {} : { seq: Number(seq) }),
  };
}
