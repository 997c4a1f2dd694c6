// The command line as a whole: the options that go with every command, the list of commands, how help looks.
// What commander would do to the process (print, exit) goes to `io` and comes back as an exception.
import { Command } from 'commander';
import { COMMANDS } from './commands/index.js';
import { type CommandContext, createContext, type GlobalFlags } from './context.js';
import type { Io } from './io.js';
import { addCommands, examples } from './lazy-commands.js';
import { escapeText } from './output/escape.js';

export interface ProgramParts {
  /** Made when the options are known. */
  io: (globals: GlobalFlags) => Io;
  /** Takes what commander prints: help to stdout, complaints to stderr. */
  print: { out(text: string): void; error(text: string): void };
  clock: () => number;
  env: Record<string, string | undefined>;
  version: string;
  width: number;
}

/** The program, ready to parse. */
export function createProgram(parts: ProgramParts): Command {
  const { io, print, clock, env, version, width } = parts;
  const program = new Command('whodid');
  let context: CommandContext | undefined;

  program
    .description('Who did what to which object, and when.')
    .version(version, '-V, --version', 'show the version')
    .option('--url <url>', 'where the daemon is, instead of its Unix socket here (WHODID_URL)')
    .option('--verbose', 'show every exchange with the daemon, on stderr')
    .option('--no-interactive', 'ask nothing and draw nothing: what is missing is an error')
    .helpOption('-h, --help', 'show help')
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: print.out,
      writeErr: print.error,
      getOutHelpWidth: () => width,
      getErrHelpWidth: () => width,
      outputError: (text, write) => write(complaint(text)),
    })
    .showSuggestionAfterError(true)
    .showHelpAfterError('See `whodid --help`.');
  examples(program, [
    ['What is here', 'whodid'],
    ['Who has done what to an object', 'whodid audit target users 1'],
    ['What somebody has done', 'whodid audit actor users 1'],
    ['Everything of the last two hours, for another program', 'whodid audit events --since 2h --all --jsonl'],
    ['Look around', 'whodid explore'],
    ['More of any command', 'whodid audit target --help'],
  ]);

  addCommands(program, COMMANDS, () => {
    if (context === undefined) {
      const globals = program.opts<GlobalFlags>();
      context = createContext({ io: io(globals), clock, env, version, globals });
    }
    return context;
  });
  return program;
}

/** A complaint of commander in our voice. It repeats what was typed, which may have come from anywhere. */
function complaint(text: string): string {
  const lines = text.trimEnd().split('\n').map(escapeText);
  const said = lines.join('\n').replace(/^error: (.)/, (_, first) => `whodid: ${first.toUpperCase()}`);
  const suggesting = said.replace(/\n\(Did you mean (?:(one of .+)|(.+))\?\)$/, meant);
  return `${/[.?]$/.test(suggesting) ? suggesting : `${suggesting}.`}\n`;
}

const meant = (_: string, several: string | undefined, one: string) =>
  `. Did you mean ${several ?? `"${one}"`}?`;
