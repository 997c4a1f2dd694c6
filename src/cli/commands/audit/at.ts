// whodid audit at: an object as it stood at a moment, rebuilt from the log, and what is different since.
import type { Command } from 'commander';
import type { Client } from '../../../shared/client.js';
import type { Changes, DataEvent } from '../../../shared/data-event.js';
import { pointerStep, stepKey } from '../../../shared/json-pointer.js';
import type { ObjectState } from '../../../shared/object-history.js';
import { formatRef } from '../../../shared/object-ref.js';
import { Problem } from '../../../shared/problem.js';
import type { CommandContext } from '../../context.js';
import { explainingUnknown } from '../../empty-answer.js';
import { examples } from '../../lazy-commands.js';
import { addMomentOptions, type MomentFlags, momentOf } from '../../moment-options.js';
import { objectArgument } from '../../object-argument.js';
import { changeLines } from '../../output/change-lines.js';
import { escapeText, type SafeText, safe, safeJson } from '../../output/escape.js';
import { addOutputOptions, fieldNames, formatOf, type OutputFlags } from '../../output/options.js';
import { labelledLines, type ShowOptions, showOne } from '../../output/show.js';
import { minuteInTime, type TimeFlags } from '../../output/times.js';
import { pickFields, properties, timeProperty, type View } from '../../output/view.js';
import { CATCHING_UP } from '../../pages.js';
import { parseTime } from '../../time.js';

interface AtFlags extends OutputFlags, MomentFlags {
  diff?: boolean;
  to?: string;
}

export interface AtOptions extends ShowOptions {
  client: Client;
  /** `TYPE ID` or `TYPE:ID`. */
  object: string[];
  flags: AtFlags;
}

/** Two states compared. */
export interface StateDiff extends Pick<ObjectState, 'type' | 'id'> {
  from: ObjectState;
  to: ObjectState;
  changes: Changes;
}

const STATE_VIEW: View<ObjectState> = {
  fields: [
    ...properties<ObjectState>(['type', 'id', 'exists', 'state', 'seq']),
    timeProperty<ObjectState>('timestamp'),
    ...properties<ObjectState>(['complete', 'notRecorded', 'redactions', 'eventId']),
    timeProperty<ObjectState>('knownSince'),
  ],
  row: ['exists', 'state', 'seq', 'timestamp', 'complete', 'notRecorded'],
};

const DIFF_VIEW: View<StateDiff> = {
  fields: properties<StateDiff>(['type', 'id', 'from', 'to', 'changes']),
  row: ['changes'],
};

export function register(command: Command, context: CommandContext): void {
  command.description(
    'An object as it stood at a moment, rebuilt from the log: also one that is deleted. Says which values the log does not hold, and from when it knows.',
  );
  examples(command, [
    ['As it was yesterday', 'whodid audit at users 1 --time yesterday'],
    ['What is different now', 'whodid audit at users 1 --time yesterday --diff'],
    ['What changed between two times', 'whodid audit at invoices:4 --time 7d --to 2d'],
    ['As of one place in the log', 'whodid audit at notes:17 --seq 1234 --json'],
  ]);
  command.argument('<object...>', 'TYPE ID, or TYPE:ID');
  addMomentOptions(command)
    .option('--diff', 'show what is different now')
    .option('--to <time>', 'show what is different at this other time');
  addOutputOptions(command, STATE_VIEW, DIFF_VIEW).action((object: string[], flags: AtFlags) =>
    run({ ...context, client: context.client(), object, flags }),
  );
}

export async function run({ client, object, ...show }: AtOptions): Promise<void> {
  const { flags, io } = show;
  const target = objectArgument(object);
  const moment = momentOf(flags, show.clock());
  const isDiff = flags.diff === true || flags.to !== undefined;
  if (flags.diff === true && flags.to !== undefined) {
    throw new Problem('bad_request', '--diff compares with now, --to with another time: give one of them.');
  }
  const other = flags.to === undefined ? {} : { time: parseTime(flags.to, show.clock(), '--to') };
  if (isDiff) pickFields(DIFF_VIEW, fieldNames(flags) ?? []);
  else pickFields(STATE_VIEW, fieldNames(flags) ?? []);
  const forPeople = formatOf(flags, io) === 'table' && flags.fields === undefined;

  const from = await client.audit.state(target, moment).catch(explainingUnknown(client, target));
  if (from.stale) io.writeError(`${CATCHING_UP}\n`);
  if (!isDiff) {
    if (!forPeople) return showOne(from, STATE_VIEW, show);
    await io.write(stateHead(from, flags));
    return io.write(labelledLines(stateLines(from), io));
  }
  const to = await client.audit.state(target, other);
  const diff = { type: from.type, id: from.id, from, to, changes: stateChanges(from, to) };
  if (!forPeople) return showOne(diff, DIFF_VIEW, show);
  await io.write(`from ${stateHead(from, flags)}to ${stateHead(to, flags)}`);
  const told = withErased(diff);
  await io.write(Object.keys(told.changes).length === 0 ? 'No difference.\n' : changeLines(told, io));
}

/** The difference for people: a value that was erased is not one that was not there, and may have been another. */
function withErased({
  from,
  to,
  changes,
}: StateDiff): Pick<DataEvent, 'action' | 'redactions'> & { changes: Changes } {
  if (from.seq === to.seq) return { action: 'changed', changes };
  const sides = [
    ['prev', from],
    ['next', to],
  ] as const;
  const erased = sides.flatMap(([side, { redactions = [] }]) =>
    redactions
      .filter(({ kind }) => kind === 'erased')
      .map(({ path }) => ({ side, field: stepKey(path.slice('/state/'.length)) })),
  );
  return {
    action: 'changed',
    changes: {
      ...Object.fromEntries(erased.map(({ field }) => [field, { prev: null, next: null }])),
      ...changes,
    },
    redactions: erased.map(({ side, field }) => ({
      path: `/changes/${pointerStep(field)}/${side}`,
      kind: 'erased',
    })),
  };
}

/** The fields in which two states differ. Values are from the log, so their members are in canonical order. */
export function stateChanges(from: ObjectState, to: ObjectState): Changes {
  const changes: Changes = {};
  for (const field of new Set([...Object.keys(from.state), ...Object.keys(to.state)])) {
    const prev = from.state[field] ?? null;
    const next = to.state[field] ?? null;
    if (JSON.stringify(prev) !== JSON.stringify(next)) changes[field] = { prev, next };
  }
  return changes;
}

/** What is said of a state before its fields. */
function stateHead(state: ObjectState, flags: TimeFlags): string {
  const time = minuteInTime(flags);
  const { type, id, exists, seq, timestamp, complete, knownSince } = state;
  const object = escapeText(formatRef(type, id));
  const since = timestamp === null ? safe`` : safe`, since ${time(timestamp)} (seq ${seq ?? 0})`;
  const what = exists ? safe`${object} as it stood${since}` : safe`${object} did not exist${since}`;
  if (complete) return `${what}\n`;
  const known =
    knownSince === undefined
      ? safe`the log holds no change of it`
      : safe`the log knows it only since ${time(knownSince)}`;
  return `${what}; there may be more: ${known}\n`;
}

function stateLines({ state, notRecorded, redactions = [] }: ObjectState): [SafeText, SafeText][] {
  const fields = Object.entries(state).map(([field, value]): [SafeText, SafeText] => [
    escapeText(field),
    safeJson(value),
  ]);
  const kindOf = (field: string) =>
    redactions.find(({ path }) => path === `/state/${pointerStep(field)}`)?.kind ?? 'not recorded';
  const hidden = notRecorded.map((field): [SafeText, SafeText] => [
    escapeText(field),
    safe`(${escapeText(kindOf(field))})`,
  ]);
  return [...fields, ...hidden];
}
