// The options by which a format is chosen, declared once for every command that shows something.
import type { Command } from 'commander';
import { Problem } from '../../shared/problem.js';
import type { Io } from '../io.js';
import type { TimeFlags } from './times.js';
import type { View } from './view.js';

export interface OutputFlags extends TimeFlags {
  json?: boolean;
  jsonl?: boolean;
  csv?: boolean;
  /** Comma-separated names. */
  fields?: string;
}

export type Format = 'table' | 'tsv' | 'csv' | 'json' | 'jsonl';

const shownViews = new WeakMap<Command, readonly View<never>[]>();

/** What a command shows, whose fields `--fields` takes; none for records, whose type has them. */
export const viewsOf = (command: Command): readonly View<never>[] => shownViews.get(command) ?? [];

/** Declares `--json`, `--jsonl`, `--csv` and `--fields`, which takes the fields of `views`. */
export function addOutputOptions(command: Command, ...views: View<never>[]): Command {
  shownViews.set(command, views);
  return command
    .option('--json', 'print JSON: one array, or one object for one thing')
    .option('--jsonl', 'print JSON, one object a line')
    .option('--csv', 'print CSV (RFC 4180) with a header')
    .option('--fields <names>', 'only these fields, comma-separated, in this order')
    .option('--utc', 'on a terminal: dates and times in UTC')
    .option('--absolute', 'on a terminal: dates and times of this place instead of how long ago');
}

/**
 * The format asked for; else a table on a terminal and tab-separated rows in a pipe.
 * @throws Problem `bad_request` when two are asked for.
 */
export function formatOf(flags: OutputFlags, io: Pick<Io, 'terminal'>): Format {
  const asked = (['json', 'jsonl', 'csv'] as const).filter(name => flags[name]);
  if (asked.length > 1) {
    throw new Problem(
      'bad_request',
      `Only one of ${asked.map(name => `--${name}`).join(' and ')} can be had.`,
    );
  }
  return asked[0] ?? (io.terminal ? 'table' : 'tsv');
}

/**
 * The names that `--fields` lists, or `undefined` without it.
 * @throws Problem `bad_request` for an empty list.
 */
export function fieldNames(flags: OutputFlags): string[] | undefined {
  if (flags.fields === undefined) return undefined;
  const names = flags.fields.split(',').map(name => name.trim());
  if (names.some(name => name === '')) {
    throw new Problem(
      'bad_request',
      '--fields takes names with a comma between them, e.g. --fields id,action.',
    );
  }
  return names;
}
