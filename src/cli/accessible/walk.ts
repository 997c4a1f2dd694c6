// Where one is while walking through the log in lines: the steps that led there, each with a page of events, and the
// event that is looked at.
import type { AuditFilter } from '../../shared/audit-filter.js';
import type { Client, EventsPage } from '../../shared/client.js';
import type { DataEvent } from '../../shared/data-event.js';
import type { Order } from '../../shared/vocabulary.js';

/** Events that are read out at a time. */
export const PAGE = 10;

export interface Step {
  label: string;
  filter: AuditFilter;
  order: Order;
  /** Those that were turned over, the first one first; the last one is shown. */
  pages: EventsPage[];
}

export interface Walk {
  path: Step[];
  event: DataEvent | undefined;
  /** By their numbers, in the order in which they were marked. */
  marked: ReadonlyMap<number, DataEvent>;
  left: boolean;
}

export const stepOf = ({ path }: Pick<Walk, 'path'>): Step => path.at(-1)!;
export const eventsIn = ({ pages }: Step): DataEvent[] => pages.at(-1)?.data ?? [];
/** What stands before the first event of the page. */
export const countBefore = ({ pages }: Step): number =>
  pages.slice(0, -1).reduce((sum, { data }) => sum + data.length, 0);
export const withinOf = ({ pages }: Step) => {
  const [first] = pages;
  return first?.within === undefined ? {} : { within: first.within };
};

/** The events that one is at, with the numbers by which the first and the last of them are asked for, from 1. */
export function numberedHere(walk: Pick<Walk, 'path'>): { events: DataEvent[]; first: number; last: number } {
  const step = stepOf(walk);
  const events = eventsIn(step);
  const first = countBefore(step) + 1;
  return { events, first, last: first + events.length - 1 };
}

/** A step with its first page. @throws Problem as the daemon said it */
export async function openStep(client: Client, step: Omit<Step, 'pages'>): Promise<Step> {
  const { filter, order } = step;
  return { ...step, pages: [await filled(client, { filter, order }, { browse: true })] };
}

/** The walk with a step more, in the same order of time. @throws Problem as the daemon said it */
export async function stepInto(
  client: Client,
  walk: Walk,
  label: string,
  filter: AuditFilter,
): Promise<Walk> {
  const { order } = stepOf(walk);
  const step = await openStep(client, { label, filter, order });
  return { ...walk, path: [...walk.path, step], event: undefined };
}

/** The step one page further. @throws Problem as the daemon said it */
export async function turned(client: Client, step: Step): Promise<Step> {
  const cursor = step.pages.at(-1)?.next;
  if (cursor === null || cursor === undefined) return step;
  return { ...step, pages: [...step.pages, await filled(client, step, { cursor })] };
}

/** A page may be short, or empty, and have a next one: what is read out is a whole one, or the last. */
async function filled(
  client: Client,
  { filter, order }: Pick<Step, 'filter' | 'order'>,
  begin: { browse: true } | { cursor: string },
): Promise<EventsPage> {
  const first = await client.audit.events({ ...filter, order, limit: PAGE, ...begin });
  const data = [...first.data];
  let { next } = first;
  while (next !== null && data.length < PAGE) {
    const more = await client.audit.events({ ...filter, order, limit: PAGE - data.length, cursor: next });
    data.push(...more.data);
    next = more.next;
  }
  return { ...first, data, next };
}
