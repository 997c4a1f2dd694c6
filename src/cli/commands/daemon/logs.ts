// whodid daemon logs: what the daemon in the background has logged.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { DataPaths } from '../../../shared/paths.js';
import { Problem } from '../../../shared/problem.js';
import type { CommandContext } from '../../context.js';
import type { Io } from '../../io.js';
import { examples } from '../../lazy-commands.js';
import { followLines, lastLines } from '../../log-lines.js';
import { escapeText, safeJson } from '../../output/escape.js';

interface LogsFlags {
  lines: string;
  follow?: boolean;
}

export interface DaemonLogsOptions {
  io: Io;
  data: DataPaths;
  flags: LogsFlags;
}

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Show the log of the daemon in the background: lines for people on a terminal, JSON lines in a pipe. ' +
      'What users did to objects is in the audit log: `whodid audit`.',
  );
  examples(command, [
    ['The last 50 lines', 'whodid daemon logs'],
    ['And what comes', 'whodid daemon logs --follow'],
    ['Errors', `whodid daemon logs --lines 1000 | grep '"level":"error"'`],
  ]);
  command
    .option('--lines <n>', 'how many of the last lines', '50')
    .option('--follow', 'go on with what comes, until Ctrl-C')
    .action((flags: LogsFlags) => run({ ...context, flags }));
}

export async function run({ io, data, flags }: DaemonLogsOptions): Promise<void> {
  if (!/^\d{1,6}$/.test(flags.lines)) {
    throw new Problem('bad_request', `--lines takes a whole number up to 999999, not "${flags.lines}".`);
  }
  const count = Number(flags.lines);
  const file = join(data.logs, 'daemon.log');
  const isThere = (path: string) => statSync(path, { throwIfNoEntry: false }) !== undefined;
  if (!isThere(data.logs) || (!flags.follow && !isThere(file))) {
    throw new Problem(
      'not_found',
      `There is no log at ${file}: a daemon writes it when it runs in the background.`,
    );
  }
  const lines = flags.follow ? followLines(file, count, io.interrupted()) : lastLines(file, count);
  for await (const line of lines) await io.write(`${io.terminal ? readable(line) : harmless(line)}\n`);
}

/** A line of JSON without what a terminal takes for more than text. */
function harmless(line: string): string {
  const entry = parsed(line);
  return entry === null ? escapeText(line) : safeJson(entry);
}

/** A line for a person: time, level, sentence, the other fields as `name=value`, a stack below. */
function readable(line: string): string {
  const entry = parsed(line);
  if (entry === null) return escapeText(line);
  const { time, level, msg, stack, ...fields } = entry;
  const words = Object.entries(fields).map(([name, value]) => `${escapeText(name)}=${safeJson(value)}`);
  const head = [time, String(level).padEnd(5), msg].map(word => escapeText(String(word ?? '-')));
  const below = typeof stack === 'string' ? stack.split('\n').map(frame => `\n  ${escapeText(frame)}`) : [];
  return [...head, ...words].join(' ') + below.join('');
}

function parsed(line: string): Record<string, unknown> | null {
  try {
    const value = JSON.parse(line) as unknown;
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
