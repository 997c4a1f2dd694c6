// whodid audit wait: returns when an event is in the log.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Client } from '../../../shared/client.js';
import type { DataEvent } from '../../../shared/data-event.js';
import { EXIT, Problem } from '../../../shared/problem.js';
import type { CommandContext } from '../../context.js';
import { Exit } from '../../exit.js';
import { examples } from '../../lazy-commands.js';
import { EVENT_VIEW } from '../../output/event-view.js';
import { addOutputOptions, fieldNames, formatOf, type OutputFlags } from '../../output/options.js';
import { type ShowOptions, showOne } from '../../output/show.js';
import { pickFields } from '../../output/view.js';
import { addTimeoutOption, type TimeoutFlags, timeoutMs } from '../../timeout-option.js';
import { addFilterOptions, type FilterFlags, filterQuery } from './filter-options.js';

export type WaitFlags = FilterFlags & OutputFlags & TimeoutFlags;

export interface WaitOptions extends ShowOptions {
  client: Pick<Client, 'audit'>;
  /** The id of the event; without it, the first that the filters find. */
  event: string | undefined;
  flags: WaitFlags;
}

/** How long is waited before asking again, in milliseconds. */
const ASK_AGAIN_MS = 250;

export function register(command: Command, context: CommandContext): void {
  command.description('Wait until an event is in the log, and show it; ends with 1 when the time is up.');
  examples(command, [
    ['The event of a change', 'whodid audit wait 0190b3c2-8f6e-7d3a-9c1b-5a2e4d6f8a10'],
    ['The next deletion', 'whodid audit wait --action deleted --since now --timeout 5m'],
    ['Of one object', 'whodid audit wait --target invoices:42 --field total --json'],
  ]);
  command.argument('[event]', 'the id of the event, instead of filters');
  addTimeoutOption(addFilterOptions(command));
  addOutputOptions(command, EVENT_VIEW).action((event: string | undefined, flags: WaitFlags) =>
    run({ ...context, client: context.client(), event, flags }),
  );
}

/** @throws Exit with 1 when the event has not come in time */
export async function run({ client, event, ...show }: WaitOptions): Promise<void> {
  const { flags, clock, io } = show;
  formatOf(flags, io);
  pickFields(EVENT_VIEW, fieldNames(flags) ?? []);
  const deadline = clock() + timeoutMs(flags);
  const query = filterQuery(flags, clock());
  const isFiltered = Object.keys(query.include ?? {}).length > 0;
  if ((event === undefined) !== isFiltered) {
    throw new Problem('bad_request', 'Which event? Give its id, or at least one filter, and not both.');
  }
  const look = event === undefined ? () => firstOf(client, query) : () => byId(client, event);
  for (;;) {
    const found = await look();
    if (found !== undefined) return showOne(found, EVENT_VIEW, show);
    if (clock() >= deadline) {
      io.writeError('The event has not come in time.\n');
      throw new Exit(EXIT.failed);
    }
    await sleep(Math.min(ASK_AGAIN_MS, Math.max(1, deadline - clock())));
  }
}

async function firstOf(
  client: WaitOptions['client'],
  query: ReturnType<typeof filterQuery>,
): Promise<DataEvent | undefined> {
  let cursor: string | undefined;
  for (;;) {
    const page = await client.audit.events({
      ...query,
      limit: 1,
      ...(cursor === undefined ? {} : { cursor }),
    });
    if (page.data[0] !== undefined || page.next === null) return page.data[0];
    cursor = page.next;
  }
}

async function byId(client: WaitOptions['client'], id: string): Promise<DataEvent | undefined> {
  try {
    return await client.audit.event(id);
  } catch (error) {
    if (error instanceof Problem && error.code === 'not_found') return undefined;
    throw error;
  }
}
