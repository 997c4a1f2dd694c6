// The daemon under strace: which calls on which of its files fail or are slow, and what was done to them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `once`: the N-th call of a thread fails; `from then on`: it and all after it do. */
export type Persistence = 'once' | 'from then on';

export interface Fault {
  database: 'data.db' | 'audit.db';
  /** The file itself, without its write-ahead log: what is written to it is what a checkpoint of that copies. */
  alone?: boolean;
  /** System calls, separated by commas, whose N-th meets it. */
  calls: string;
  /** As strace takes it: `error=EIO`, `delay_exit=20000`, `signal=KILL`. */
  effect: string;
  /** From 1, counted on each thread; left out: every call. */
  when?: { nth: number; persistence: Persistence };
}

/** The command that runs the daemon so; what it traced goes to `output`. */
export function tracing(
  home: string,
  output: string,
  { database, alone, calls, effect, when }: Fault,
): string[] {
  const moment = when === undefined ? '' : `:when=${when.nth}${when.persistence === 'once' ? '' : '+'}`;
  // The database and what SQLite keeps beside it.
  const files = (alone ? [''] : ['', '-wal', '-shm']).flatMap(suffix => [
    '-P',
    join(home, `${database}${suffix}`),
  ]);
  return [
    'strace',
    ...['-f', '-qq', '-y', '-o', output, ...files],
    ...['-e', `trace=${calls}`, '-e', `inject=${calls}:${effect}${moment}`],
  ];
}

export interface TracedCall {
  thread: number;
  call: string;
  /** The rest of the line: descriptor, file, result. */
  rest: string;
  isInjected: boolean;
}

export function tracedCalls(output: string): TracedCall[] {
  return readFileSync(output, 'utf8')
    .split('\n')
    .flatMap(line => {
      const match = /^(\d+) +(\w+)\((.*)$/.exec(line);
      if (match === null) return [];
      const [, thread, call, rest] = match;
      return [{ thread: Number(thread), call: call!, rest: rest!, isInjected: line.includes('(INJECTED)') }];
    });
}
