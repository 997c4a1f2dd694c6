// The examples of `--help`: every command has some, they stand first, and each is a command line that works: a shell
// takes it, and the commands in it exist and take these options and arguments.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fullName } from '#src/cli/command-name.js';
import { commandTree } from '#src/cli/command-tree.js';
import { filterQuery } from '#src/cli/commands/audit/filter-options.js';
import { examplesOf, loadCommand } from '#src/cli/lazy-commands.js';
import { objectArgument } from '#src/cli/object-argument.js';

const directory = mkdtempSync(join(tmpdir(), 'whodid-examples-'));
test.after(() => rmSync(directory, { recursive: true }));

/** The command, and all below it. */
async function all(command: Command): Promise<Command[]> {
  await loadCommand(command);
  const below = await Promise.all(command.commands.map(all));
  return [command, ...below.flat()];
}
const program = commandTree('1.0.0');
const commands = await all(program);

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut(words) {
      text += words;
    },
  });
  command.outputHelp();
  return text;
}

test('every command has examples of itself, and its help begins with them', () => {
  assert.ok(commands.length > 50);
  for (const command of commands) {
    const own = examplesOf(command).filter(([, line]) => line.includes(fullName(command)));
    assert.ok(own.length > 0, `${fullName(command)} has no example`);
    assert.match(
      helpOf(command),
      new RegExp(
        `^Examples:\\n(?:  # .+\\n  \\$ .+\\n){${examplesOf(command).length}}\\nUsage: ${fullName(command)}`,
      ),
    );
  }
});

/**
 * What `whodid` is called with when a shell runs a line. Everything else in the line stands for a program of the
 * reader's own: it reads what it is given, and says nothing.
 */
function calls(line: string): string[][] {
  const log = join(directory, 'calls');
  writeFileSync(log, '');
  for (const [name] of line.matchAll(/[\w.-]+\.(?:txt|json|pub)\b/g))
    writeFileSync(join(directory, name), '');
  const script = `
    whodid() { printf '%s\\0' $# "$@" >> '${log}'; cat > /dev/null; }
    jq() { cat > /dev/null; }
    grep() { cat > /dev/null; }
    forward-events() { cat > /dev/null; }
    make-schema() { :; }
    export-events() { :; }
    source() { cat > /dev/null; }
    set -eu -o pipefail
    ${line}`;
  const env = { PATH: process.env.PATH, OLD: 'old', NEW: 'new', ID: '2', EVENT: '1234' };
  const ran = spawnSync('bash', ['--norc', '-c', script], {
    cwd: directory,
    env,
    encoding: 'utf8',
    input: '',
  });
  assert.equal([ran.status, ran.stderr], [0, ''], line);
  const words = readFileSync(log, 'utf8').split('\0').slice(0, -1);
  const made: string[][] = [];
  while (words.length > 0) made.push(words.splice(0, Number(words.shift())));
  return made;
}

const tree = commandTree('1.0.0');
const complaints: string[] = [];

test.before(async () => {
  for (const command of await all(tree)) {
    command.configureOutput({ outputError: text => complaints.push(text), writeOut: () => undefined });
    if (command.commands.length > 0) continue;
    command.action((...given: unknown[]) => {
      const flags = command.opts();
      const object = command.registeredArguments.findIndex(argument => argument.name() === 'object');
      const words = object < 0 ? [] : ((given[object] ?? []) as string[]);
      if (words.length > 0) objectArgument(words.filter(word => word !== '-'));
      if (command.options.some(({ long }) => long === '--not')) filterQuery(flags, Date.now());
    });
  }
});

/** Whether the options and arguments are those of a command, and say what it understands. */
async function parse(args: string[]): Promise<void> {
  // Alone it shows the overview.
  if (args.length === 0) return;
  complaints.length = 0;
  try {
    await tree.parseAsync(args, { from: 'user' });
  } catch (error) {
    // Help that was asked for ends as an exception as well.
    if ((error as { code?: string }).code === 'commander.helpDisplayed') return;
    assert.unreachable(`whodid ${args.join(' ')}: ${complaints.join('')}${(error as Error).message}`);
  }
}

test('each example calls commands that exist, with options and arguments that they take', async () => {
  for (const [, line] of commands.flatMap(examplesOf)) {
    const made = calls(line);
    assert.ok(made.length > 0, `${line} calls nothing`);
    for (const args of made) await parse(args);
  }
});

test('an example with a flag, a command or an object that is none would be seen', async () => {
  for (const line of ['whodid audit events --snce 2h', 'whodid adit events', 'whodid get users 1 2 | jq .']) {
    const seen = await Promise.all(calls(line).map(parse)).then(
      () => false,
      () => true,
    );
    assert.ok(seen, line);
  }
});

test.run();
