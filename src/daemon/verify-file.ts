// Verifies a copy of audit.db: without a daemon, its lock, or anything but the public key.
import { constants, existsSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { instanceOf } from '../shared/log/checkpoint.js';
import { keysFrom } from '../shared/log/key-rotation.js';
import { NoteFault, type NoteVerifier, parseVerifierKey } from '../shared/log/signed-note.js';
import type { VerifyFileAnswer, VerifyFileRequest } from '../shared/offline-process.js';
import type { DataPaths } from '../shared/paths.js';
import { Problem } from '../shared/problem.js';
import { type LogVerdict, SEEN_CHECKPOINT, type VerifyProgress } from '../shared/verification.js';
import { keptRotations } from './audit/signing.js';
import type { NamedNote } from './audit/verify/known-heads.js';
import { verifySigned } from './audit/verify/verify-signed.js';
import { openCheckpointKeys } from './checkpoint-keys.js';
import { readInstance } from './data/database.js';
import { openForReading, type Sqlite } from './sqlite.js';

/** How often is said how far it is, in milliseconds. */
const SAY_EVERY_MS = 100;

export interface VerifyFileTools {
  paths: DataPaths;
  say(progress: VerifyProgress): void;
}

/**
 * @throws Problem `not_found` without the file, `bad_request` without a key to check it with, `conflict` for a file
 *   that is no audit.db, or not of this version
 */
export async function verifyFile(
  request: VerifyFileRequest,
  { paths, say }: VerifyFileTools,
): Promise<VerifyFileAnswer> {
  if (!existsSync(request.file)) throw new Problem('not_found', `There is no file ${request.file}.`);
  const { db, close } = await openCopy(request.file);
  try {
    const note = noteIn(db, request.file);
    const origin = note?.split('\n', 1)[0] ?? '';
    const instance = instanceOf(origin);
    const pin = Object.hasOwn(request.pins, instance) ? request.pins[instance] : undefined;
    const { verifier, rotations, keyFrom } = keyFor(request, pin?.publicKey, paths);
    const { known } = keysFrom(verifier, [...rotations, ...keptRotations(db)]);
    const kept: NamedNote[] = [];
    if (request.against !== undefined)
      kept.push({ name: 'The checkpoint that was kept', note: request.against, isKept: true });
    if (pin !== undefined && known.some(({ key }) => key === pin.publicKey))
      kept.push({ name: SEEN_CHECKPOINT, note: pin.checkpoint, isKept: true });
    const verdict = runToEnd(
      verifySigned({ db, verifier, rotations, note, kept, since: request.since }),
      say,
    );
    return {
      ...verdict,
      origin,
      key: verifier.key,
      keyFrom,
    };
  } finally {
    await close();
  }
}

/** Carries a verification out, and says now and then how far it is. */
export function runToEnd(
  steps: Generator<VerifyProgress, LogVerdict>,
  say: VerifyFileTools['say'],
): LogVerdict {
  let saidAt = Number.NEGATIVE_INFINITY;
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    const now = performance.now();
    if (now - saidAt < SAY_EVERY_MS) continue;
    saidAt = now;
    say(step.value);
  }
}

/** The key to check with: named, pinned, or the data directory's; never one out of the file. */
function keyFor(
  { key }: VerifyFileRequest,
  pinned: string | undefined,
  paths: DataPaths,
): { verifier: NoteVerifier; rotations: readonly string[]; keyFrom: VerifyFileAnswer['keyFrom'] } {
  if (key !== undefined) return { verifier: parsedKey(key), rotations: [], keyFrom: 'flag' };
  if (pinned !== undefined) return { verifier: parsedKey(pinned), rotations: [], keyFrom: 'pin' };
  if (existsSync(paths.checkpointKeys) && existsSync(paths.dataDb)) {
    const keys = openCheckpointKeys(paths.checkpointKeys, readInstance(paths.dataDb));
    // The copy may be older than the last rotation.
    return { verifier: keys.first(), rotations: keys.rotations(), keyFrom: 'data directory' };
  }
  throw new Problem(
    'bad_request',
    'There is no key here to check this log with: this client has not seen it before. Give its public key with --key.',
  );
}

function parsedKey(key: string): NoteVerifier {
  try {
    return parseVerifierKey(key.trim());
  } catch (error) {
    if (!(error instanceof NoteFault)) throw error;
    throw new Problem('bad_request', `--key: ${error.message}`);
  }
}

function noteIn(db: Sqlite, file: string): string | undefined {
  try {
    return db.prepare<[], string>('SELECT note FROM checkpoint').pluck().get();
  } catch {
    throw new Problem('conflict', `${file} is no audit.db of this version of whodid.`);
  }
}

/** The files that SQLite keeps beside one in WAL mode. */
const BESIDE = ['-wal', '-shm'];

interface OpenedCopy {
  db: Sqlite;
  close(): Promise<void>;
}

/**
 * Opens `file` for reading. SQLite keeps two small files beside one in WAL mode while it reads: where it may not, as
 * on a medium that cannot be written, a copy of the file is read instead.
 */
async function openCopy(file: string): Promise<OpenedCopy> {
  // In a data directory a daemon may start at any moment, and those files are its own.
  const leavesTraces =
    !existsSync(join(dirname(file), 'lock.db')) && !BESIDE.some(suffix => existsSync(file + suffix));
  try {
    const db = openForReading(file);
    // It is opened when it is read.
    db.prepare('SELECT 1 FROM sqlite_schema').get();
    return {
      db,
      async close() {
        db.close();
        if (leavesTraces) for (const suffix of BESIDE) await rm(file + suffix, { force: true });
      },
    };
  } catch (error) {
    const { code = '' } = error as { code?: string };
    if (!['SQLITE_CANTOPEN', 'SQLITE_READONLY', 'SQLITE_IOERR'].some(prefix => code.startsWith(prefix)))
      throw new Problem('conflict', `${file} is no audit.db.`);
  }
  const dir = await mkdtemp(join(tmpdir(), 'whodid-verify-'));
  const copy = join(dir, 'audit.db');
  for (const suffix of ['', '-wal']) {
    if (existsSync(file + suffix)) await copyFile(file + suffix, copy + suffix, constants.COPYFILE_FICLONE);
  }
  const db = openForReading(copy);
  return {
    db,
    async close() {
      db.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
