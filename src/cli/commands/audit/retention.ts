// whodid audit retention: what retention would remove and erase now. It only looks.
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Client } from '../../../shared/client.js';
import { readConfig } from '../../../shared/config-file.js';
import { Problem } from '../../../shared/problem.js';
import type { DueErasure, RetentionPreview, RetentionQuestion } from '../../../shared/retention.js';
import { SETTINGS } from '../../../shared/settings.js';
import type { CommandContext } from '../../context.js';
import { examples } from '../../lazy-commands.js';
import { escapeText, joinSafe, type SafeText, safe } from '../../output/escape.js';
import { localTime } from '../../output/local-time.js';
import { addOutputOptions, fieldNames, formatOf, type OutputFlags } from '../../output/options.js';
import { type ShowOptions, showOne } from '../../output/show.js';
import { pickFields, properties, type View } from '../../output/view.js';

interface RetentionFlags extends OutputFlags {
  config?: string;
}

export interface RetentionOptions extends ShowOptions {
  client: Client;
  flags: RetentionFlags;
}

const RETENTION_VIEW: View<RetentionPreview> = {
  fields: properties<RetentionPreview>(['clock', 'trusted', 'retention', 'removing', 'removal', 'erasures']),
  row: ['trusted', 'retention', 'removal', 'erasures'],
};

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Show what retention would remove from the beginning of the log and erase by rules now, and change nothing. The daemon does it when it ' +
      'starts and each hour, by audit.retention and audit.retentionRules of its settings.',
  );
  examples(command, [
    ['What is due', 'whodid audit retention'],
    ['What would be, by settings that do not hold yet', 'whodid audit retention --config new-config.toml'],
    ['How many events a script would lose', 'whodid audit retention --json --fields removal,erasures'],
  ]);
  command.option('--config <file>', 'as if this were config.toml');
  addOutputOptions(command, RETENTION_VIEW).action((flags: RetentionFlags) =>
    run({ ...context, client: context.client(), flags }),
  );
}

/** @throws Problem `bad_request` for a file that is no config.toml; `not_found` for none */
export async function run(options: RetentionOptions): Promise<void> {
  const { client, flags, io } = options;
  pickFields(RETENTION_VIEW, fieldNames(flags) ?? []);
  const preview = await client.audit.retention(flags.config === undefined ? {} : questionIn(flags.config));
  if (formatOf(flags, io) === 'table' && flags.fields === undefined) await io.write(previewText(preview));
  else await showOne(preview, RETENTION_VIEW, options);
}

/** What a file says of retention; what it leaves out has its default. */
function questionIn(file: string): RetentionQuestion {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Problem('not_found', `${file} cannot be read: ${(error as Error).message}.`);
  }
  const values = readConfig(text, file, SETTINGS);
  return {
    retention: String(values.get('audit.retention') ?? ''),
    rules: JSON.stringify(values.get('audit.retentionRules') ?? []),
  };
}

const number = (count: number) => escapeText(count.toLocaleString('en-US'));
const events = (count: number) => safe`${number(count)} ${escapeText(count === 1 ? 'event' : 'events')}`;
const values = (count: number) => safe`${number(count)} ${escapeText(count === 1 ? 'value' : 'values')}`;

interface Span {
  first: number;
  last: number;
  since: number;
  until: number;
}

const spanText = ({ first, last, since, until }: Span): SafeText =>
  safe`${number(first)} to ${number(last)}, stored ${localTime(since)} to ${localTime(until)}`;

function previewText({ clock, trusted, retention, removing, removal, erasures }: RetentionPreview): string {
  const lines: SafeText[] = [];
  if (trusted < clock)
    lines.push(safe`Ages are counted to ${localTime(trusted)}: the log bears out no later time.`);
  if (removing !== null) lines.push(safe`The events up to ${number(removing)} are being removed.`);
  else if (retention === '') lines.push(escapeText('Events are kept for ever.'));
  else if (removal === null)
    lines.push(safe`Events are kept for ${escapeText(retention)}: none would be removed.`);
  else
    lines.push(
      safe`Events are kept for ${escapeText(retention)}: ${events(removal.events)} would be removed (${number(removal.occurrences)} occurrences), ${spanText(removal)}.`,
    );
  for (const erasure of erasures) lines.push(...erasureLines(erasure));
  return lines.map(line => `${line}\n`).join('');
}

function erasureLines({ rule, control, range, events: count, values: many, paths }: DueErasure): SafeText[] {
  const about = escapeText(
    `Rule ${JSON.stringify(rule)}${control ? ', events of how the log was kept' : ''}:`,
  );
  if (range === null || count === 0) return [safe`${about} nothing would be erased.`];
  const gone = safe`${values(many)} of ${events(count)} would be erased, among ${spanText(range)}.`;
  return [
    joinSafe([about, gone], ' '),
    ...paths.map(({ path, events: of }) => safe`  ${escapeText(path)}  of ${events(of)}`),
  ];
}
