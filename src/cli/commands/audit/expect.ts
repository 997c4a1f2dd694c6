// whodid audit expect: assertions about the log, for CI.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Client } from '../../../shared/client.js';
import { EXIT, Problem } from '../../../shared/problem.js';
import type { CommandContext } from '../../context.js';
import { Exit } from '../../exit.js';
import { checkExpectation, type Expectation, type Verdict } from '../../expect/expectation.js';
import { verdictText } from '../../expect/verdict-formats.js';
import type { Io } from '../../io.js';
import { examples } from '../../lazy-commands.js';
import { safeJson } from '../../output/escape.js';
import { addTimeoutOption, type TimeoutFlags, timeoutMs } from '../../timeout-option.js';
import { addFilterOptions, type FilterFlags, filterQuery } from './filter-options.js';

export type ExpectFlags = FilterFlags &
  TimeoutFlags & {
    count?: string;
    none?: boolean;
    file?: string;
    tap?: boolean;
    junit?: boolean;
    json?: boolean;
  };

export interface ExpectOptions {
  io: Io;
  clock: () => number;
  client: Pick<Client, 'audit'>;
  flags: ExpectFlags;
}

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Assert that the log holds an event: waits for it, then ends with 0, or with 1 and the nearest events and how they differ.',
  );
  examples(command, [
    [
      'That Ada changed the total, once',
      'whodid audit expect --target invoices:42 --action changed --actor users:1 --field total --since 10m --count 1',
    ],
    ['That nobody was refused', 'whodid audit expect --none --outcome denied --since 1h'],
    ['Many at once, for a CI server', 'whodid audit expect --file expectations.yaml --junit > report.xml'],
  ]);
  addFilterOptions(command)
    .option('--count <n>', 'exactly so many events; without it at least one')
    .option('--none', 'no such event, once everything committed is stored')
    .option('--file <file>', 'expectations in YAML or JSON: a list with the words of these options');
  addTimeoutOption(command)
    .option('--tap', 'print TAP')
    .option('--junit', 'print JUnit XML')
    .option('--json', 'print the verdicts as JSON')
    .action((flags: ExpectFlags) => run({ ...context, client: context.client(), flags }));
}

/** @throws Exit with 1 when an expectation is not met */
export async function run({ io, clock, client, flags }: ExpectOptions): Promise<void> {
  const formats = (['tap', 'junit', 'json'] as const).filter(format => flags[format]);
  if (formats.length > 1)
    throw new Problem('bad_request', 'Only one of --tap, --junit and --json can be had.');
  const deadline = clock() + timeoutMs(flags);
  const expectations = await expectationsOf(flags, clock());
  const verdicts: Verdict[] = [];
  for (const expectation of expectations) {
    verdicts.push(await checkExpectation(expectation, { client, clock, deadline, sleep }));
  }
  const [format = 'text'] = formats;
  const text = format === 'json' ? `${safeJson(verdicts)}\n` : verdictText(verdicts, format);
  await io.write(text);
  if (verdicts.some(({ passed }) => !passed)) throw new Exit(EXIT.failed);
}

async function expectationsOf(flags: ExpectFlags, now: number): Promise<Expectation[]> {
  const query = filterQuery(flags, now);
  const isAsked =
    Object.keys(query.include ?? {}).length > 0 || query.since !== undefined || query.until !== undefined;
  if (flags.file !== undefined) {
    if (isAsked || flags.count !== undefined || flags.none) {
      throw new Problem('bad_request', '--file brings its own filters and counts: leave out the others.');
    }
    const { readExpectations } = await import('../../expect/expectation-file.js');
    return readExpectations(flags.file, now);
  }
  if (!isAsked) throw new Problem('bad_request', 'What is expected? Give at least one filter, or --file.');
  if (flags.none && flags.count !== undefined) {
    throw new Problem('bad_request', 'Only one of --none and --count can be had.');
  }
  if (flags.count !== undefined && !/^\d{1,6}$/.test(flags.count)) {
    throw new Problem('bad_request', `--count takes a whole number, not "${flags.count}".`);
  }
  const count = flags.none ? 0 : flags.count === undefined ? undefined : Number(flags.count);
  const name = flags.none ? 'no such event' : 'such an event';
  return [{ name, query, ...(count === undefined ? {} : { count }) }];
}
