// whodid audit verify: whether the log is what it was. The daemon recomputes it, or, for a copy of its file, a program
// of our own; what this client has seen before, or what was kept elsewhere, shows what neither can.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Client } from '../../../shared/client.js';
import { instanceOf, readCheckpoint } from '../../../shared/log/checkpoint.js';
import { NoteFault } from '../../../shared/log/signed-note.js';
import { EXIT, Problem } from '../../../shared/problem.js';
import {
  type Finding,
  type LogVerdict,
  MAX_FINDINGS,
  SEEN_CHECKPOINT,
  type VerifiedLog,
  type VerifyProgress,
} from '../../../shared/verification.js';
import type { CommandContext } from '../../context.js';
import { Exit } from '../../exit.js';
import type { Io } from '../../io.js';
import { examples } from '../../lazy-commands.js';
import { createOffline, type Offline } from '../../offline.js';
import { escapeText, safeJson } from '../../output/escape.js';
import { createProgress } from '../../output/progress.js';
import { createPins, type Pins } from '../../pins.js';
import { keyFlag, seeLog } from '../../seen-log.js';
import { verifyExport } from './verify-export.js';

interface VerifyFlags {
  db?: string;
  key?: string;
  against?: string;
  sinceCheckpoint?: boolean;
  json?: boolean;
}

export interface VerifyOptions {
  io: Io;
  clock: () => number;
  client: () => { audit: Pick<Client['audit'], 'checkpoint' | 'growth' | 'verify'> };
  offline: Offline;
  pins: Pins;
  /** The file of an export, to be checked by its manifest instead of the log. */
  file?: string | undefined;
  flags: VerifyFlags;
}

/** What was verified, as it is told. */
interface Told extends LogVerdict {
  origin: string;
  key: string;
  keyFrom: string;
  /** The size of an earlier checkpoint that the log continues. */
  continues?: number;
}

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Recompute the whole log: every event, the tree over them, its signed checkpoint, the index and the counts. ' +
      'What this client has seen of the log before, or a checkpoint that was kept elsewhere, also shows a cut tail, a ' +
      'rollback and a rewritten history. Exit status 7 if anything is not as it was.',
  );
  examples(command, [
    ['Is the log what it was?', 'whodid audit verify'],
    ['Against a checkpoint that was kept elsewhere', 'whodid audit verify --against checkpoint.txt'],
    ['A copy of the file, without a daemon', 'whodid audit verify --db audit.db --key "$(cat whodid.pub)"'],
    ['What has come since the last time, alone', 'whodid audit verify --since-checkpoint'],
    ['An export, by the manifest beside it', 'whodid audit verify log.jsonl.gz'],
  ]);
  command
    .argument('[file]', 'the file of an export, to be checked by the manifest beside it instead of the log')
    .option('--db <file>', 'a copy of audit.db, instead of asking the daemon')
    .option('--key <key>', 'the public key to check with, instead of the one that this client has seen')
    .option('--against <file>', 'a checkpoint that was kept elsewhere')
    .option(
      '--since-checkpoint',
      'take the events up to --against, or else up to what this client verified last, as they are',
    )
    .option('--json', 'answer one JSON object')
    .action((file: string | undefined, flags: VerifyFlags) =>
      run({
        ...context,
        client: context.client,
        offline: createOffline(context.env),
        pins: createPins(context.config),
        file,
        flags,
      }),
    );
}

export async function run(options: VerifyOptions): Promise<void> {
  const { io, clock, flags } = options;
  if (flags.key !== undefined) keyFlag(flags.key);
  if (options.file !== undefined) {
    if (flags.db !== undefined || flags.against !== undefined || flags.sinceCheckpoint) {
      throw new Problem(
        'bad_request',
        'An export is checked by its manifest: only --key and --json go with it.',
      );
    }
    return verifyExport({ ...options, file: options.file });
  }
  const against = flags.against === undefined ? undefined : lastNote(await readFile(flags.against, 'utf8'));
  const bar = createProgress({ io, clock, totalBytes: 1, unit: 'events' });
  const onProgress = ({ done, total }: VerifyProgress) => bar.show(done, total === 0 ? 1 : done / total);
  let told: Told;
  try {
    told =
      flags.db === undefined
        ? await verifyOnline(options, against, onProgress)
        : await verifyFile(options, flags.db, against, onProgress);
  } finally {
    bar.clear();
  }
  if (flags.json) await io.write(`${safeJson(told)}\n`);
  else await tell(told, io, options.pins);
  if (!told.ok) throw new Exit(EXIT.verificationFailed);
}

/** The last of the signed notes in a file: each is a text, an empty line, and lines of signatures. */
function lastNote(text: string): string {
  const parts = text.trimEnd().split('\n\n');
  return `${parts.slice(-2).join('\n\n')}\n`;
}

async function verifyOnline(
  { io, client: connect, pins, flags }: VerifyOptions,
  against: string | undefined,
  onProgress: (progress: VerifyProgress) => void,
): Promise<Told> {
  const client = connect();
  const instance = await instanceAt(client);
  const pin = await pins.get(instance);
  const since = flags.sinceCheckpoint ? logOf(against ?? pin?.verified) : undefined;
  const signal = io.interrupted();
  let begun: string | undefined;
  const verify = (resume?: string) =>
    client.audit.verify({
      onProgress,
      signal,
      onBegun: id => {
        begun = id;
      },
      ...(since === undefined ? {} : { since }),
      ...(resume === undefined ? {} : { resume }),
    });
  // The daemon that has the log has what was interrupted, for a while.
  const interrupted = pin?.interrupted?.since === (since?.size ?? 0) ? pin?.interrupted : undefined;
  const verdict = await verify(interrupted?.id)
    .catch((error: unknown) => {
      const isGone = error instanceof Problem && error.code === 'not_found' && interrupted !== undefined;
      if (isGone) return verify();
      throw error;
    })
    .catch(async (error: unknown) => {
      if (!signal.aborted) throw error;
      if (pin !== undefined && begun !== undefined) {
        await pins.set(instance, { ...pin, interrupted: { id: begun, since: since?.size ?? 0 } });
        io.writeError('Interrupted. Within ten minutes the same command goes on from here.\n');
      }
      throw new Exit(EXIT.interrupted);
    });
  const { findings, continues, origin, key, keyFrom } = await seeLog({
    client,
    pins,
    ...(flags.key === undefined ? {} : { key: flags.key }),
    ...(against === undefined ? {} : { against }),
  });
  const told = {
    ...joined(verdict, findings),
    origin,
    key,
    keyFrom,
    ...(continues === undefined ? {} : { continues }),
  };
  if (told.ok) await keepVerified(pins, told);
  return told;
}

async function instanceAt(client: ReturnType<VerifyOptions['client']>): Promise<string> {
  const { publicKey } = await client.audit.checkpoint();
  return instanceOf(keyFlag(publicKey).name);
}

/** What a checkpoint says of the log that it was verified with. @throws Problem `bad_request` without one */
function logOf(note: string | undefined): VerifiedLog {
  if (note === undefined) {
    throw new Problem(
      'bad_request',
      'This client has not verified the log before, so there is no checkpoint to begin with. Verify all of it once.',
    );
  }
  try {
    const { size, root } = readCheckpoint(note);
    return { size, root: Buffer.from(root).toString('base64') };
  } catch (error) {
    if (!(error instanceof NoteFault)) throw error;
    throw new Problem('bad_request', `--against: ${error.message}`);
  }
}

async function verifyFile(
  { io, offline, pins, flags }: VerifyOptions,
  db: string,
  against: string | undefined,
  onProgress: (progress: VerifyProgress) => void,
): Promise<Told> {
  if (flags.sinceCheckpoint && against === undefined)
    throw new Problem(
      'bad_request',
      'With --db, --since-checkpoint needs the checkpoint to begin with: --against.',
    );
  return offline(
    'verify',
    {
      file: resolve(db),
      pins: await pins.all(),
      ...(flags.sinceCheckpoint ? { since: logOf(against) } : {}),
      ...(flags.key === undefined ? {} : { key: flags.key }),
      ...(against === undefined ? {} : { against }),
    },
    { onProgress, signal: io.interrupted() },
  );
}

async function keepVerified(pins: Pins, { origin, key, checkpoint: verified }: Told): Promise<void> {
  if (verified === undefined) return;
  const pin = await pins.get(instanceOf(origin));
  if (pin?.publicKey === key) await pins.set(instanceOf(origin), { ...pin, verified });
}

/** What the daemon found and what was found about it. */
function joined(verdict: LogVerdict, more: readonly Finding[]): LogVerdict {
  return {
    ...verdict,
    ok: verdict.ok && more.length === 0,
    firstBad: verdict.firstBad ?? more.find(({ seq }) => seq !== null)?.seq ?? null,
    findings: [...verdict.findings, ...more].slice(0, MAX_FINDINGS),
    found: verdict.found + more.length,
  };
}

async function tell(told: Told, io: Io, pins: Pick<Pins, 'fileOf'>): Promise<void> {
  const number = (value: number) => value.toLocaleString('en-US');
  const origin = escapeText(told.origin);
  if (told.ok) {
    const taken = told.since > 0 ? `, after ${number(told.since)} that were verified before` : '';
    await io.write(`Verified: ${number(told.verified)} events of ${origin}${taken}. Nothing was altered.\n`);
    if (told.removed !== undefined) {
      const { through, announcedBy } = told.removed;
      await io.write(
        `The events 1 to ${number(through)} were removed, as event ${number(announcedBy)} announced.\n`,
      );
    }
    if (told.continues !== undefined && told.continues > 0)
      await io.write(`It continues the log of ${number(told.continues)} events that was seen before.\n`);
    else if (told.keyFrom === 'daemon')
      await io.write('This client sees this log for the first time, and has kept its checkpoint and key.\n');
    const unsigned = told.size - told.signedSize;
    if (unsigned > 0) await io.write(`The newest ${number(unsigned)} events are not signed yet.\n`);
    return;
  }
  const first = told.firstBad === null ? '' : ` The first bad event is ${told.firstBad}.`;
  io.writeError(`whodid: The log of ${origin} is not what it was.${first}\n`);
  for (const { sentence } of told.findings) io.writeError(`  ${escapeText(sentence)}\n`);
  if (told.found > told.findings.length)
    io.writeError(`  … and ${number(told.found - told.findings.length)} more.\n`);
  if (
    told.findings.some(
      ({ part, seq, sentence }) =>
        part === 'checkpoint' && seq !== null && sentence.startsWith(SEEN_CHECKPOINT),
    )
  ) {
    const file = escapeText(pins.fileOf(instanceOf(told.origin)));
    io.writeError(
      `Restoring a backup looks like this, too. If you know of one (\`whodid audit events --name backup.restored\`), delete ${file} to go on with the log as it is.\n`,
    );
  }
}
