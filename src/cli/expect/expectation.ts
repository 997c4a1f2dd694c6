// What a log is expected to hold, and whether it does: asked again until it does or the time is up.
import { FILTER_KEYS, type FilterKey, matches } from '../../shared/audit-filter.js';
import type { AuditQuery } from '../../shared/audit-query.js';
import type { Client } from '../../shared/client.js';
import type { DataEvent } from '../../shared/data-event.js';

export interface Expectation {
  /** What it is called in a report. */
  name: string;
  query: AuditQuery;
  /** How many events; at least one when left out. 0 asserts that there is none. */
  count?: number;
}

/** An event that is like what was expected, and the filters to which it does not answer. */
export interface NearMiss {
  event: DataEvent;
  differs: string[];
}

export interface Verdict {
  name: string;
  passed: boolean;
  /** Events that match; of more than were expected, one more at least. */
  found: number;
  expected: string;
  /** Events that match, where there are too many; else those that are nearest. */
  nearest: NearMiss[];
}

export interface CheckOptions {
  client: Pick<Client, 'audit'>;
  /** Now, in milliseconds since the Unix epoch. */
  clock: () => number;
  /** Until when an event may still come, by `clock`. */
  deadline: number;
  sleep(ms: number): Promise<void>;
}

/** How long is waited before asking again, in milliseconds. */
const ASK_AGAIN_MS = 250;

/** Most that the daemon gives at once, and how many events that are near are looked at. */
const PAGE = 1000;
const NEAR = 50;
const SHOWN = 3;

/**
 * Waits until the log holds what is expected. That something is absent is believed only when everything committed
 * is stored.
 */
export async function checkExpectation(expectation: Expectation, options: CheckOptions): Promise<Verdict> {
  const { name, count } = expectation;
  const { clock, deadline, sleep } = options;
  for (;;) {
    const { events, stale } = await matching(expectation, options);
    const found = events.length;
    const isEnough = count === undefined ? found > 0 : found === count;
    const passed = isEnough && !(stale && count !== undefined);
    const tooMany = count !== undefined && found > count;
    if (passed || tooMany || clock() >= deadline) {
      const nearest = passed
        ? []
        : found > 0
          ? events.slice(0, SHOWN).map(event => ({ event, differs: [] }))
          : await nearMisses(expectation.query, options);
      return { name, passed, found, expected: count === undefined ? 'at least 1' : String(count), nearest };
    }
    await sleep(Math.min(ASK_AGAIN_MS, Math.max(1, deadline - clock())));
  }
}

/** The events that match, as far as they are counted. */
async function matching({ query, count }: Expectation, { client }: CheckOptions) {
  const wanted = (count ?? 0) + 1;
  const events: DataEvent[] = [];
  let stale = false;
  let cursor: string | undefined;
  while (events.length < wanted) {
    const limit = Math.min(wanted - events.length, PAGE);
    const page = await client.audit.events({ ...query, limit, ...(cursor === undefined ? {} : { cursor }) });
    events.push(...page.data);
    stale ||= page.stale === true;
    if (page.next === null) break;
    cursor = page.next;
  }
  return { events, stale };
}

/** Filters that name what an event is about: what is near shares one of them. */
const ANCHORS: readonly FilterKey[] = [
  'target',
  'actor',
  'requestId',
  'correlationId',
  'eventName',
  'action',
];

async function nearMisses(query: AuditQuery, { client }: CheckOptions): Promise<NearMiss[]> {
  const { include = {}, exclude = {} } = query;
  const anchor = ANCHORS.find(key => include[key] !== undefined);
  if (anchor === undefined) return [];
  const { data } = await client.audit.events({ include: { [anchor]: include[anchor]! }, limit: NEAR });
  return data
    .map(event => ({ event, differs: differences(event, { ...query, include, exclude }) }))
    .sort((a, b) => a.differs.length - b.differs.length)
    .slice(0, SHOWN);
}

/** The words of the filters that an event does not pass. */
function differences(
  event: DataEvent,
  query: AuditQuery & Required<Pick<AuditQuery, 'include' | 'exclude'>>,
): string[] {
  const { include, exclude, since, until } = query;
  const differs: string[] = [];
  for (const key of FILTER_KEYS) {
    const wanted = include[key];
    if (wanted !== undefined && !matches(event, { include: { [key]: wanted }, exclude: {} }))
      differs.push(key);
    const unwanted = exclude[key];
    if (unwanted !== undefined && !matches(event, { include: {}, exclude: { [key]: unwanted } })) {
      differs.push(`not ${key}`);
    }
  }
  if (since !== undefined && event.timestamp < since) differs.push('since');
  if (until !== undefined && event.timestamp >= until) differs.push('until');
  return differs;
}
