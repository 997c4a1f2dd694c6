// whodid daemon status: whether and how the daemon runs. Without a session, what it tells everybody.
import type { Command } from 'commander';
import type { Status } from '../../../shared/api.js';
import type { Client } from '../../../shared/client.js';
import { type DaemonNote, type Health, readDaemonNote } from '../../../shared/daemon-process.js';
import type { Endpoint } from '../../../shared/endpoint.js';
import { LIMITS } from '../../../shared/limits.js';
import type { DataPaths } from '../../../shared/paths.js';
import { Problem } from '../../../shared/problem.js';
import type { CommandContext } from '../../context.js';
import type { Io } from '../../io.js';
import { examples } from '../../lazy-commands.js';
import { createOffline, type Offline } from '../../offline.js';
import { escapeText } from '../../output/escape.js';
import { addOutputOptions, formatOf, type OutputFlags } from '../../output/options.js';
import { labelledLines, type ShowOptions, showOne } from '../../output/show.js';
import { timeAsFact } from '../../output/times.js';
import { properties, type View } from '../../output/view.js';

export interface DaemonStatusOptions extends ShowOptions {
  client: Client;
  endpoint: Endpoint;
  data: DataPaths;
  offline: Offline;
}

/** Without a session the log's state is missing. */
type KnownStatus = Pick<Status, 'pid' | 'version' | 'instance'> & Partial<Status>;

const FIELDS = [
  'pid',
  'version',
  'instance',
  'url',
  'socket',
  'storedSeq',
  'firstSeq',
  'backlog',
  'backlogLimit',
  'logger',
  'accepting',
  'freeDiskBytes',
  'minFreeBytes',
  'ballastBytes',
  'checkpoints',
  'limits',
  'uptimeMs',
] as const satisfies (keyof Status)[];

const STATUS_VIEW: View<KnownStatus> = {
  fields: properties<KnownStatus>([...FIELDS]),
  row: FIELDS.filter(name => name !== 'limits'),
};

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Show the running daemon: process, version, addresses, and for who is logged in how far the log is. ' +
      'Exit status 69 when none is running.',
  );
  examples(command, [
    ['How is it?', 'whodid daemon status'],
    ['For a script', 'whodid daemon status --json'],
    ['Its address alone', 'whodid daemon status --fields url'],
  ]);
  addOutputOptions(command, STATUS_VIEW).action((flags: OutputFlags) =>
    run({
      ...context,
      client: context.client(),
      endpoint: context.endpoint(),
      offline: createOffline(context.env),
      flags,
    }),
  );
}

export async function run(options: DaemonStatusOptions): Promise<void> {
  const { client, endpoint, data, offline, ...show } = options;
  try {
    const status = await knownStatus(options);
    const { io, flags } = show;
    const forPeople = formatOf(flags, io) === 'table' && flags.fields === undefined;
    await showOne(status, forPeople ? viewForPeople(show) : STATUS_VIEW, show);
    if (forPeople && status.limits !== undefined) await io.write(limitLines(status.limits, io));
  } catch (error) {
    if (endpoint.kind === 'socket' && isUnreachable(error)) throw await explain(data, offline);
    throw error;
  }
}

/** Milliseconds alone say little to a person. */
function viewForPeople(show: Pick<ShowOptions, 'clock' | 'flags'>): View<KnownStatus> {
  const uptime = (ms: number) => `${ms} (since ${timeAsFact(show)(show.clock() - ms)})`;
  const fields = STATUS_VIEW.fields.map(field =>
    field.name === 'uptimeMs'
      ? { ...field, value: ({ uptimeMs }: KnownStatus) => uptimeMs && uptime(uptimeMs) }
      : field,
  );
  return { ...STATUS_VIEW, fields };
}

/** A line each: how much there is, how much there may be, and, where there is room, of what. */
function limitLines(limits: Status['limits'], io: Io): string {
  const number = (value: number) => value.toLocaleString('en-US');
  const widest = Math.max(0, ...limits.map(({ name }) => name.length));
  const lines = limits.map(({ name, value, limit, unit }) => {
    const what = LIMITS.find(kind => kind.name === name)?.what ?? unit;
    const much = `${number(value)} of ${number(limit)} ${unit}`;
    const fits = widest + 2 + much.length + 2 + what.length <= io.width;
    return [escapeText(name), escapeText(fits ? `${much}: ${what}` : much)] as const;
  });
  return `\nLimits\n${labelledLines(lines, io)}`;
}

async function knownStatus({ client, endpoint, data, clock, io }: DaemonStatusOptions): Promise<KnownStatus> {
  try {
    return await client.status();
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'unauthenticated') throw error;
  }
  const health = await client.request<Health>({ method: 'GET', path: '/healthz', anonymous: true });
  io.writeError('Log in to see how far the log is.\n');
  const { pid, version, instance } = health;
  const note = endpoint.kind === 'socket' ? readDaemonNote(data.dir) : null;
  return { pid, version, instance, ...(note?.pid === pid ? placesOf(note, clock()) : {}) };
}

function placesOf({ url, socket, startedAt }: DaemonNote, now: number): Partial<Status> {
  return { url, socket, uptimeMs: Math.max(0, now - startedAt) };
}

function isUnreachable(error: unknown): boolean {
  return error instanceof Problem && error.details.reason === 'unreachable';
}

/** Why nobody answers on the socket here. */
async function explain(data: DataPaths, offline: Offline): Promise<Problem> {
  const { held } = await offline('lock', { waitMs: 0 });
  if (!held) return new Problem('unavailable', 'No daemon is running.', { reason: 'unreachable' });
  const pid = readDaemonNote(data.dir)?.pid;
  const who = pid === undefined ? 'A daemon' : `The daemon (pid ${pid})`;
  return new Problem(
    'unavailable',
    `${who} is starting or stopping: it does not answer. See \`whodid daemon logs\`.`,
  );
}
