// What works without the daemon, as a program of its own that the client runs as a child: so a client loads no
// database code, and no descriptor of a database is ever opened in it. See shared/offline-process.ts.
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type {
  InitRequest,
  LockRequest,
  OfflineAnswers,
  OfflineOperation,
  OfflineResult,
} from '../shared/offline-process.js';
import { dataPaths } from '../shared/paths.js';
import { EXIT, PROBLEMS, Problem } from '../shared/problem.js';
import { keepNewFilesPrivate } from './home.js';

const { env } = process;
const paths = dataPaths(env);

/** Each loads what it needs when it is called: looking at the lock is done often, and takes a tenth of the rest. */
const operations: { [Operation in OfflineOperation]: () => Promise<OfflineAnswers[Operation]> } = {
  async init() {
    const { initialize } = await import('./init.js');
    return initialize(paths, await readInput<InitRequest>(), Date.now);
  },
  async doctor() {
    const { examine } = await import('./doctor/doctor.js');
    return examine({ paths, env, clock: Date.now });
  },
  async lock() {
    const { isLocked } = await import('./lock.js');
    const { waitMs } = await readInput<LockRequest>();
    return { held: existsSync(paths.lockDb) && isLocked(paths.lockDb, waitMs) };
  },
};

async function readInput<T>(): Promise<T> {
  return JSON.parse(await text(process.stdin)) as T;
}

function isOperation(word: string | undefined): word is OfflineOperation {
  return word !== undefined && Object.hasOwn(operations, word);
}

async function answer(operation: string | undefined): Promise<OfflineResult<unknown>> {
  if (!isOperation(operation)) {
    throw new Error(`There is no operation ${operation}: this program is run by the command line of whodid.`);
  }
  try {
    return { answer: await operations[operation]() };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { code, message, details } = error;
    process.exitCode = PROBLEMS[code].exit;
    return { problem: { code, message, details } };
  }
}

keepNewFilesPrivate();
// Ends through 'exit', on which half-made directories are removed.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(EXIT.interrupted));
process.stdout.write(`${JSON.stringify(await answer(process.argv[2]))}\n`);
