// What works without the daemon, as a program of its own that the client runs as a child: so a client loads no
// database code, and no descriptor of a database is ever opened in it. See shared/offline-process.ts.
import { statSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type {
  InitRequest,
  LockRequest,
  OfflineAnswers,
  OfflineOperation,
  OfflineProgress,
  OfflineResult,
  RepairRequest,
  RestoreRequest,
  VerifyFileRequest,
} from '../shared/offline-process.js';
import { dataPaths } from '../shared/paths.js';
import { EXIT, PROBLEMS, Problem } from '../shared/problem.js';
import { keepNewFilesPrivate } from './home.js';
import { systemProblem } from './system-problem.js';

const { env } = process;
const paths = dataPaths(env);

/** Each loads what it needs when it is called: looking at the lock is done often, and takes a tenth of the rest. */
const operations: { [Operation in OfflineOperation]: () => Promise<OfflineAnswers[Operation]> } = {
  async checkPlace() {
    const { checkPlace } = await import('./init.js');
    checkPlace(paths);
    return {};
  },
  async init() {
    const { initialize } = await import('./init.js');
    return initialize(paths, await readInput<InitRequest>(), Date.now);
  },
  async doctor() {
    const { examine } = await import('./doctor/doctor.js');
    return examine({ paths, env, clock: Date.now });
  },
  async repair() {
    const { repair } = await import('./agreement/repair.js');
    const { what } = await readInput<RepairRequest>();
    return repair(paths, what, Date.now);
  },
  async restore() {
    const { restore } = await import('./backup/restore.js');
    const request = await readInput<RestoreRequest>();
    return restore(request, { paths, now: Date.now, say: progress => say({ progress }) });
  },
  async lock() {
    const { isLocked } = await import('./lock.js');
    const { waitMs } = await readInput<LockRequest>();
    // Not existsSync: of another user's directory nothing is known.
    const there = statSync(paths.lockDb, { throwIfNoEntry: false }) !== undefined;
    return { held: there && isLocked(paths.lockDb, waitMs) };
  },
  async verify() {
    const { verifyFile } = await import('./verify-file.js');
    return verifyFile(await readInput<VerifyFileRequest>(), {
      paths,
      say: progress => say({ progress }),
    });
  },
};

function say(line: OfflineProgress | OfflineResult<unknown>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function readInput<T>(): Promise<T> {
  return JSON.parse(await text(process.stdin)) as T;
}

function isOperation(word: string | undefined): word is OfflineOperation {
  return word !== undefined && Object.hasOwn(operations, word);
}

/** What went wrong, in a sentence: nobody who runs a command reads a trace of this program. */
function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { message, path } = error as NodeJS.ErrnoException;
  // What `init` builds beside the data directory means nothing to anybody.
  const place = path?.startsWith(`${paths.dir}.init-`) ? paths.dir : path;
  const advice = 'Mend that, or set WHODID_HOME to another place.';
  return (
    (place === undefined ? undefined : systemProblem(error, { place, advice })) ??
    new Problem('internal', `This failed unexpectedly: ${message}`)
  );
}

async function answer(operation: string | undefined): Promise<OfflineResult<unknown>> {
  if (!isOperation(operation)) {
    throw new Error(`There is no operation ${operation}: this program is run by the command line of whodid.`);
  }
  try {
    return { answer: await operations[operation]() };
  } catch (error) {
    const { code, message, details } = problemOf(error);
    process.exitCode = PROBLEMS[code].exit;
    return { problem: { code, message, details } };
  }
}

keepNewFilesPrivate();
// Ends through 'exit', on which half-made directories are removed.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(EXIT.interrupted));
say(await answer(process.argv[2]));
