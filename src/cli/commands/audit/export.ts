// whodid audit export: events in the order of the log, to a file with a manifest or to stdout.
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import {
  EXPORT_FORMATS,
  type ExportFormat,
  type ExportManifest,
  isExportFormat,
} from '../../../shared/audit-export.js';
import { auditQueryText } from '../../../shared/audit-filter-text.js';
import type { Client } from '../../../shared/client.js';
import { didYouMean } from '../../../shared/nearest.js';
import { EXIT, Problem } from '../../../shared/problem.js';
import type { CommandContext } from '../../context.js';
import { Exit } from '../../exit.js';
import { requireCompression, writeExport } from '../../export/export-file.js';
import { countLines, openExport } from '../../export/export-lines.js';
import {
  type ExportState,
  finishExport,
  nameWithManifest,
  readState,
  withStateLock,
  writeState,
} from '../../export/export-state.js';
import type { Io } from '../../io.js';
import { examples } from '../../lazy-commands.js';
import { escapeText, safeJson } from '../../output/escape.js';
import { createProgress, type Progress } from '../../output/progress.js';
import { olderWereRemoved } from '../../pages.js';
import { addConditionOptions, type FilterFlags, filterQuery } from './filter-options.js';

export type ExportFlags = FilterFlags & {
  format?: string;
  after?: string;
  checkpoint?: string;
  withProofs?: boolean;
  force?: boolean;
  json?: boolean;
};

export interface ExportOptions {
  io: Io;
  clock: () => number;
  client: Pick<Client, 'status'> & { audit: Pick<Client['audit'], 'export' | 'checkpoint'> };
  /** `-` or nothing is stdout. */
  file: string | undefined;
  flags: ExportFlags;
}

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Export events in the order of the log: to stdout, or to a file (compressed if its name ends in .gz or .zst) with ' +
      'a manifest beside it, by which `whodid audit verify` can check it later.',
  );
  examples(command, [
    ['Everything', 'whodid audit export log.jsonl.gz'],
    ['For a spreadsheet', 'whodid audit export --since 30d --not action=viewed changes.csv'],
    [
      'What is new since the last time, from cron',
      'whodid audit export --checkpoint ship.state "log-$(date +%s).jsonl.gz"',
    ],
    ['For a SIEM', 'whodid audit export --format ocsf --checkpoint siem.state | forward-events'],
    ['Each line provable by itself', 'whodid audit export --with-proofs --target invoices:42 invoice.jsonl'],
  ]);
  addConditionOptions(command.argument('[file]', 'the file; - or nothing is stdout'))
    .addOption(
      new Option(
        '--format <format>',
        `${Object.keys(EXPORT_FORMATS).join(', ')}; without it by the name of the file, else jsonl`,
      ),
    )
    .option('--after <seq>', 'begin after this event')
    .option('--checkpoint <file>', 'remember there where this run ends, and begin where the last one did')
    .option('--with-proofs', 'make each line a proof that can be checked by itself (jsonl)')
    .option('--force', 'replace the file if it is there')
    .option('--json', 'print the manifest')
    .action((file: string | undefined, flags: ExportFlags) =>
      run({ ...context, client: context.client(), file, flags }),
    );
}

/** @throws Exit with 130 when Ctrl-C ended it; no file is left then, and nothing is remembered */
export async function run(options: ExportOptions): Promise<void> {
  const { file, flags, io } = options;
  const stateFile = flags.checkpoint;
  const toStdout = file === undefined || file === '-';
  if (flags.json && toStdout) throw new Problem('bad_request', '--json tells of a file: name one.');
  if (stateFile !== undefined && flags.after !== undefined) {
    throw new Problem('bad_request', 'Only one of --after and --checkpoint can be had.');
  }
  const plan = planOf(options);
  if (!toStdout) {
    requireCompression(file);
    if (existsSync(file) && !flags.force) {
      throw new Problem('conflict', `${file} is there already; --force replaces it.`);
    }
  }
  const signal = io.interrupted();
  try {
    if (stateFile === undefined) {
      await exportFrom(options, plan, undefined);
    } else {
      await withStateLock(stateFile, async () =>
        exportFrom(options, plan, { file: stateFile, state: await readState(stateFile) }),
      );
    }
  } catch (error) {
    throw signal.aborted ? new Exit(EXIT.interrupted) : error;
  }
}

interface Plan {
  format: ExportFormat;
  filter: ReturnType<typeof filterQuery>;
  /** The filter in words. */
  words: string;
  after: number;
}

interface Remembered {
  file: string;
  state: ExportState | undefined;
}

function planOf({ file, flags, clock }: ExportOptions): Plan {
  const format = formatOf(flags.format, file);
  if (flags.withProofs && format !== 'jsonl') {
    throw new Problem('bad_request', '--with-proofs takes the format jsonl.');
  }
  const { include = {}, exclude = {}, ...times } = filterQuery(flags, clock());
  const filter = { include, exclude, ...times };
  return { format, filter, words: auditQueryText({ filter }), after: seqFlag(flags.after) };
}

async function exportFrom(
  options: ExportOptions,
  plan: Plan,
  remembered: Remembered | undefined,
): Promise<void> {
  const { io, clock, client, file, flags } = options;
  const signal = io.interrupted();
  const { format, filter, words } = plan;
  const after = remembered?.state?.after ?? plan.after;
  const progressed: { bar?: Progress } = {};
  const source = await openExport({
    client,
    query: { ...filter, format, after, proofs: flags.withProofs === true, signal },
    clock,
    onLost(sentence) {
      progressed.bar?.clear();
      io.writeError(`${sentence}\n`);
    },
  });
  const { through, checkpoint } = source;
  const [origin = ''] = checkpoint.split('\n');
  const state: ExportState = { whodidExportState: 1, origin, filter: words, after };
  if (remembered?.state !== undefined) requireSame(remembered.file, remembered.state, state);

  const bar = createProgress({ io, clock, totalBytes: through - after, unit: 'events' });
  progressed.bar = bar;
  const started = clock();
  let lines = format === 'csv' ? -1 : 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of source.chunks) {
      if (signal.aborted) throw new Exit(EXIT.interrupted);
      lines += countLines(chunk);
      bar.show(Math.max(lines, 0), source.reached() - after);
      yield chunk;
    }
    if (signal.aborted) throw new Exit(EXIT.interrupted);
  }

  /** Up to where events of the range are missing since they were removed, before this began or meanwhile. */
  async function missingThrough(): Promise<number | undefined> {
    if (words === '' && lines === through - after) return undefined;
    const removed = Math.min((await client.status()).firstSeq - 1, through);
    return removed > after ? removed : undefined;
  }

  let removedThrough: number | undefined;
  try {
    if (file === undefined || file === '-') {
      await writeText(counted(), io);
      removedThrough = await missingThrough();
      if (remembered !== undefined) await writeState(remembered.file, { ...state, after: through });
    } else {
      const { temporary, ...digests } = await writeExport(file, counted());
      removedThrough = await missingThrough();
      const { publicKey, rotations } = await client.audit.checkpoint();
      const manifest: ExportManifest = {
        whodidExport: 1,
        origin,
        format,
        proofs: flags.withProofs === true,
        filter: words,
        after,
        through,
        events: lines,
        ...(removedThrough === undefined ? {} : { removedThrough }),
        file: basename(file),
        ...digests,
        exportedAt: new Date(clock()).toISOString(),
        checkpoint,
        publicKey,
        ...(rotations === undefined ? {} : { rotations }),
      };
      if (remembered === undefined) await nameWithManifest(temporary, file, manifest);
      else await finishExport(remembered.file, state, { temporary, file, manifest });
      if (flags.json) await io.write(`${safeJson(manifest)}\n`);
    }
  } finally {
    bar.clear();
  }
  const seconds = ((clock() - started) / 1000).toFixed(1);
  const events = Math.max(lines, 0).toLocaleString('en-US');
  io.writeError(
    `${events} ${events === '1' ? 'event' : 'events'} exported, after seq ${after} up to ${through}, in ${seconds} s.\n`,
  );
  if (removedThrough !== undefined) io.writeError(`${olderWereRemoved(removedThrough)}\n`);
}

/** What is remembered belongs to one log and one choice of events. */
function requireSame(file: string, old: ExportState, now: ExportState): void {
  const escaped = escapeText(file);
  if (old.origin !== now.origin) {
    throw new Problem('conflict', `${escaped} remembers another log, ${old.origin}. Name another file.`);
  }
  if (old.filter !== now.filter) {
    const were = old.filter === '' ? 'no filters' : `the filters ${old.filter}`;
    throw new Problem(
      'conflict',
      `${escaped} remembers an export with ${were}. Name another file for these.`,
    );
  }
}

async function writeText(chunks: AsyncIterable<Buffer>, io: Io): Promise<void> {
  for await (const chunk of chunks) await io.write(chunk.toString('utf8'));
}

function formatOf(given: string | undefined, file: string | undefined): ExportFormat {
  if (given === undefined) return file !== undefined && /\.csv(\.gz|\.zst)?$/.test(file) ? 'csv' : 'jsonl';
  if (isExportFormat(given)) return given;
  const known = Object.keys(EXPORT_FORMATS);
  throw new Problem(
    'bad_request',
    `--format takes ${known.join(', ')}, not "${given}".${didYouMean(given, known)}`,
  );
}

function seqFlag(text = '0'): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new Problem('bad_request', `--after takes the seq of an event, not "${text}".`);
}
