// How data events are shown: every field of the contract, the row of a pipe, the table of a terminal.
import { FILTER_KEYS, type FilterKey, type FilterValues } from '../../shared/audit-filter.js';
import type { Changes, DataEvent } from '../../shared/data-event.js';
import { pointerStep } from '../../shared/json-pointer.js';
import { formatRef } from '../../shared/object-ref.js';
import { escapeText, joinSafe, type SafeText, safe, safeJson } from './escape.js';
import type { Column, Field, Style, TimeText, View } from './view.js';

/** How each field of an event is read. The compiler complains when the contract has one that is not here. */
const FIELDS = {
  seq: { key: true },
  id: {},
  timestamp: { time: true },
  action: {},
  outcome: {},
  actorType: {},
  actorId: {},
  actorName: {},
  targetType: {},
  targetId: {},
  targetName: {},
  eventName: {},
  changes: {},
  onBehalfOf: {},
  tenantId: {},
  requestId: {},
  correlationId: {},
  count: {},
  context: {},
  metadata: {},
  redactions: {},
  source: {},
  externalId: {},
  schemaVersion: {},
  recordedAt: { time: true },
} as const satisfies Record<keyof DataEvent, { time?: true; key?: true }>;

/** Fields that are made from others. `time` is RFC 3339 in every format. */
const DERIVED: Field<DataEvent>[] = [
  { name: 'time', key: true, value: event => new Date(event.timestamp).toISOString() },
  { name: 'actor', key: true, value: event => formatRef(event.actorType, event.actorId) },
  { name: 'target', key: true, value: event => formatRef(event.targetType, event.targetId) },
];

const OUTCOME_STYLE: Record<DataEvent['outcome'], Style | undefined> = {
  success: undefined,
  failure: 'yellow',
  denied: 'red',
};
const ACTION_STYLE: Record<DataEvent['action'], Style> = {
  viewed: 'dim',
  created: 'green',
  changed: 'blue',
  deleted: 'magenta',
};

export const EVENT_VIEW: View<DataEvent> = {
  fields: [
    ...DERIVED,
    ...(Object.keys(FIELDS) as (keyof DataEvent)[]).map(name => ({
      name,
      value: (event: DataEvent) => event[name],
      ...FIELDS[name],
    })),
  ],
  // Other people's scripts cut columns out of these by number: they stay as they are.
  row: ['time', 'actor', 'action', 'target', 'outcome', 'changes', 'eventName'],
  columns: eventColumns,
};

/** The filters that can ask for what one column shows. */
const COLUMN_OF: Partial<Record<FilterKey, string>> = {
  actor: 'ACTOR',
  target: 'TARGET',
  eventName: 'EVENT',
};

/** The titles of the columns that show in every row what the filter asks for. */
export function givenColumns(include: FilterValues): string[] {
  return FILTER_KEYS.flatMap(key => {
    const title = COLUMN_OF[key];
    const [only = '', ...others] = include[key] ?? [];
    // `users:` is a whole type.
    const isOne = only !== '' && others.length === 0 && !only.endsWith(':');
    return title !== undefined && isOne ? [title] : [];
  });
}

/** The columns, those marked that are the same in every row. */
export function withGiven(columns: Column<DataEvent>[], include: FilterValues): Column<DataEvent>[] {
  const given = givenColumns(include);
  return columns.map(column => (given.includes(column.title) ? { ...column, given: true } : column));
}

function eventColumns(time: TimeText): Column<DataEvent>[] {
  return [
    // What `audit show`, `audit prove` and `revert` take.
    { title: 'SEQ', cell: event => safe`${event.seq}`, usual: 5, whole: true },
    {
      title: 'TIME',
      cell: event => time(event.timestamp),
      style: () => 'dim',
      usual: 10,
      whole: true,
    },
    {
      title: 'ACTOR',
      cell: event => named(event.actorName, event.actorType, event.actorId),
      kept: event => escapeText(formatRef(event.actorType, event.actorId)),
      usual: 20,
    },
    {
      title: 'ACTION',
      cell: actionText,
      style: event => OUTCOME_STYLE[event.outcome] ?? ACTION_STYLE[event.action],
      usual: 9,
      whole: true,
    },
    {
      title: 'TARGET',
      cell: event => named(event.targetName, event.targetType, event.targetId),
      kept: event => escapeText(formatRef(event.targetType, event.targetId)),
      usual: 24,
    },
    {
      title: 'CHANGES',
      cell: event => joinSafe(changeTexts(event), '; '),
      usual: 40,
      spare: 2,
      useful: 12,
      wanted: 24,
    },
    {
      title: 'EVENT',
      cell: event => escapeText(event.eventName ?? ''),
      style: () => 'dim',
      usual: 24,
      spare: 1,
      useful: 12,
    },
  ];
}

/** `Ada users:1`: the name is what it was then, the reference what it is. `null` is a name that was erased. */
export function named(name: string | null | undefined, type: string, id: string): SafeText {
  const ref = escapeText(formatRef(type, id));
  if (name === null) return safe`(erased) ${ref}`;
  return name === undefined ? ref : safe`${escapeText(name)} ${ref}`;
}

function actionText({ action, outcome, count = 1 }: DataEvent): SafeText {
  const done =
    outcome === 'success' ? escapeText(action) : safe`${escapeText(action)} (${escapeText(outcome)})`;
  return count === 1 ? done : safe`${done} ×${count}`;
}

/** `name: "Ada" → "Ada L."` for each field; of something new or gone the value alone. */
export function changeTexts(event: Pick<DataEvent, 'action' | 'changes' | 'redactions'>): SafeText[] {
  return Object.entries(event.changes ?? {}).map(([field, change]) => {
    const value = (side: 'prev' | 'next') => redacted(event, field, side) ?? safeJson(change[side]);
    const label = escapeText(field);
    if (event.action === 'created') return safe`${label}: ${value('next')}`;
    if (event.action === 'deleted') return safe`${label}: ${value('prev')}`;
    return safe`${label}: ${value('prev')} → ${value('next')}`;
  });
}

/** What stands for a value that is not the real one; paths are JSON pointers (RFC 6901) into the event. */
export function redacted(
  { redactions }: { redactions?: DataEvent['redactions'] },
  field: string,
  side: keyof Changes[string],
): SafeText | undefined {
  const whole = `/changes/${pointerStep(field)}`;
  const found = redactions?.find(({ path }) => path === whole || path === `${whole}/${side}`);
  return found === undefined ? undefined : safe`(${escapeText(found.kind)})`;
}

const ERASED = '(erased)';

/** The actor's own justification, in quotes; `null` is one that was erased. */
export const commentText = (comment: string | null): SafeText =>
  comment === null ? safe`(comment erased)` : safe`“${escapeText(comment)}”`;

/** The event for people: names and members of `context` and `metadata` that were erased say so. */
export function withErasedTold(event: DataEvent): DataEvent {
  const erased = new Set(event.redactions?.filter(({ kind }) => kind === 'erased').map(({ path }) => path));
  if (erased.size === 0) return event;
  const told = <Group extends object>(group: 'context' | 'metadata', members: Group): Group =>
    Object.fromEntries(
      Object.entries(members).map(([name, value]) => [
        name,
        erased.has(`/${group}/${pointerStep(name)}`) ? ERASED : value,
      ]),
    ) as Group;
  return {
    ...event,
    ...(erased.has('/actorName') ? { actorName: ERASED } : {}),
    ...(erased.has('/targetName') ? { targetName: ERASED } : {}),
    ...(event.context === undefined ? {} : { context: told('context', event.context) }),
    ...(event.metadata === undefined ? {} : { metadata: told('metadata', event.metadata) }),
  };
}
