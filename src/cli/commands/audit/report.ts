// whodid audit report: loads the events of another program, from a file or stdin, a batch of lines at a time,
// in memory that does not grow with the file.
import type { Command } from 'commander';
import type { Client } from '../../../shared/client.js';
import { EXIT } from '../../../shared/problem.js';
import type { CommandContext } from '../../context.js';
import { Exit } from '../../exit.js';
import type { Io } from '../../io.js';
import { examples } from '../../lazy-commands.js';
import { escapeText, safeJson } from '../../output/escape.js';
import { createProgress, type Progress } from '../../output/progress.js';
import { type LineBatch, lineBatches, type RefusedLine } from '../../report/batches.js';
import { sendPatiently } from '../../report/sending.js';
import { openReport } from '../../report/source.js';

interface ReportFlags {
  dryRun?: boolean;
  json?: boolean;
}

export interface ReportOptions {
  io: Io;
  /** Asked for when the first batch is sent: a dry run needs no daemon. */
  client: () => Client;
  clock: () => number;
  /** A file, or `-` for stdin, which is also meant when it is absent. */
  file: string | undefined;
  flags: ReportFlags;
}

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Load events of another program: NDJSON, plain or gzip, one event a line. Good lines are kept, bad ones are named; running it again adds nothing twice.',
  );
  examples(command, [
    ['A file', 'whodid audit report history.jsonl.gz'],
    ['From another program', 'export-events | whodid audit report -'],
    ['Only check it, without a daemon', 'whodid audit report history.jsonl --dry-run'],
  ]);
  command
    .argument('[file]', 'the file; - or nothing is stdin')
    .option('--dry-run', 'check the lines here and send nothing')
    .option('--json', 'print the counts as JSON')
    .action((file: string | undefined, flags: ReportFlags) =>
      run({ io: context.io, client: () => context.client(), clock: context.clock, file, flags }),
    );
}

interface Counts {
  lines: number;
  stored: number;
  repeated: number;
  refused: number;
}

/** @throws Exit with 6 when a line was refused, with 130 when Ctrl-C ended it */
export async function run(options: ReportOptions): Promise<void> {
  const { io, clock, flags } = options;
  const source = await openReport(options.file, io);
  const progress = createProgress({ io, clock, totalBytes: source.sizeBytes });
  const started = clock();
  const counts: Counts = { lines: 0, stored: 0, repeated: 0, refused: 0 };
  const check = flags.dryRun ? await dryRun(options) : sender(options, progress);
  const interrupted = io.interrupted();

  try {
    for await (const batch of lineBatches(source.bytes)) {
      if (interrupted.aborted) break;
      await takeBatch(batch, check, counts, progress);
      progress.show(counts.lines, source.bytesRead());
    }
  } catch (error) {
    progress.clear();
    if (counts.lines > 0) io.writeError(`${unfinished(counts, flags.dryRun === true)}\n`);
    throw interrupted.aborted ? new Exit(EXIT.interrupted) : error;
  }
  progress.clear();
  io.writeError(`${summary(counts, clock() - started, flags.dryRun === true)}\n`);
  if (flags.json) await io.write(`${safeJson(counts)}\n`);
  if (interrupted.aborted) throw new Exit(EXIT.interrupted);
  if (counts.refused > 0) throw new Exit(EXIT.conflict);
}

/** What became of a batch; lines are counted from 1 in the batch. */
interface BatchResult {
  stored: number;
  repeated: number;
  refused: { line: number; reason: string }[];
}
type CheckBatch = (batch: LineBatch) => Promise<BatchResult>;

function sender({ client: connect, io, clock }: ReportOptions, progress: Progress): CheckBatch {
  const client = connect();
  const onWait = (sentence: string) => {
    progress.clear();
    io.writeError(`${escapeText(sentence)}\n`);
  };
  const signal = io.interrupted();
  const givenUp = abortedAfter(signal, LAST_BATCH_MS);
  return batch =>
    sendPatiently(() => client.audit.report(batch.bytes, { signal: givenUp }), { clock, onWait, signal });
}

/** How long a batch that is on its way may still take once Ctrl-C was pressed, in milliseconds: so it is counted. */
const LAST_BATCH_MS = 2_000;

/** Aborted `ms` after `signal`. */
function abortedAfter(signal: AbortSignal, ms: number): AbortSignal {
  const later = new AbortController();
  signal.addEventListener('abort', () => setTimeout(() => later.abort(), ms).unref(), { once: true });
  return later.signal;
}

async function dryRun({ clock }: ReportOptions): Promise<CheckBatch> {
  const { createLineCheck } = await import('../../report/line-check.js');
  const fault = createLineCheck(clock);
  return async batch => {
    const refused = batch.lines.flatMap((line, index) => {
      const reason = fault(line.bytes);
      return reason === undefined ? [] : [{ line: index + 1, reason }];
    });
    return { stored: batch.lines.length - refused.length, repeated: 0, refused };
  };
}

async function takeBatch(
  batch: LineBatch,
  check: CheckBatch,
  counts: Counts,
  progress: Progress,
): Promise<void> {
  const refused: RefusedLine[] = [...batch.refused];
  if (batch.lines.length > 0) {
    const result = await check(batch);
    counts.stored += result.stored;
    counts.repeated += result.repeated;
    for (const { line, reason } of result.refused) {
      refused.push({ number: batch.lines[line - 1]?.number ?? 0, reason });
    }
  }
  counts.lines += batch.lines.length + batch.refused.length;
  counts.refused += refused.length;
  refused.sort((a, b) => a.number - b.number);
  for (const { number, reason } of refused) progress.print(`line ${number}: ${escapeText(reason)}`);
}

function unfinished({ lines }: Counts, dryRun: boolean): string {
  if (dryRun) return `${number(lines)} lines were checked.`;
  return `${number(lines)} lines were through. Run it again: what is stored is recognised.`;
}

function summary({ lines, stored, repeated, refused }: Counts, ms: number, dryRun: boolean): string {
  const time = `${(ms / 1000).toFixed(1)} s`;
  if (dryRun) {
    return (
      `${number(lines)} lines checked in ${time}: ${number(stored)} look right, ${number(refused)} do not. Nothing was sent; ` +
      'what this token may report and what is known already, the daemon alone can tell.'
    );
  }
  return `${number(stored)} stored, ${number(repeated)} known already, ${number(refused)} refused, in ${time}.`;
}

function number(count: number): string {
  return count.toLocaleString('en-US');
}
