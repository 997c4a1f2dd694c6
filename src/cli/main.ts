// The client's entry: puts io, clock and environment together, runs one command, answers its exit status.
import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { dataPaths } from '../shared/paths.js';
import { EXIT, type Problem } from '../shared/problem.js';
import { createContext, type GlobalFlags } from './context.js';
import { dataState } from './data-state.js';
import { reportFailure } from './failure.js';
import { type Host, hostIo, type Io } from './io.js';
import { overview } from './overview.js';
import { createProgram, type ProgramParts } from './program.js';
import { UnknownCommand } from './unknown-command.js';

/** How long the overview waits for a daemon that does not answer, in milliseconds. */
const OVERVIEW_PATIENCE_MS = 1_500;

/**
 * Runs the command line `args` (without `node` and the script).
 * @returns the exit status (docs/cli.md)
 */
export async function main(args: string[], host: Host): Promise<number> {
  const { env } = host;
  const plainIo = hostIo(host, { interactive: true });
  let io: Io = plainIo;
  let printed = Promise.resolve();
  const parts: ProgramParts = {
    io: ({ interactive }) => {
      io = interactive ? plainIo : hostIo(host, { interactive });
      return io;
    },
    print: {
      out: text => {
        printed = printed.then(() => plainIo.write(text));
        // It is awaited below; until then nobody else looks at it.
        printed.catch(() => undefined);
      },
      error: text => plainIo.writeError(text),
    },
    clock: Date.now,
    env,
    version: packageVersion(),
    width: plainIo.width,
  };
  const program = createProgram(parts);

  try {
    if (args[0] === '__complete') {
      const { completionAnswer } = await import('./completion/complete.js');
      await plainIo.write(await completionAnswer(args.slice(1), parts));
    } else if (args.length === 0) {
      const { clock, version } = parts;
      const globals = { interactive: false };
      const context = createContext({ io, clock, env, version, globals, silenceMs: OVERVIEW_PATIENCE_MS });
      await plainIo.write(await overview(context));
    } else await program.parseAsync(helpLast(args), { from: 'user' });
    await printed;
    return EXIT.done;
  } catch (thrown) {
    const error = thrown instanceof UnknownCommand ? await withMeaning(thrown) : thrown;
    if (error instanceof CommanderError) {
      await printed.catch(() => undefined);
      return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    }
    const globals = program.opts<GlobalFlags>();
    return reportFailure(error, {
      io,
      data: () => dataState(dataPaths(env)),
      byUrl: globals.url !== undefined || Boolean(env.WHODID_URL),
      byToken: Boolean(env.WHODID_TOKEN),
      verbose: globals.verbose === true,
    });
  }
}

/** Loaded when it is needed: it looks through all commands. */
async function withMeaning(unknown: UnknownCommand): Promise<Problem> {
  const { unknownCommandProblem } = await import('./meant-command.js');
  return unknownCommandProblem(unknown);
}

/** `help audit target` is `audit target --help`. */
function helpLast(args: string[]): string[] {
  return args[0] === 'help' ? [...args.slice(1), '--help'] : args;
}

function packageVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
