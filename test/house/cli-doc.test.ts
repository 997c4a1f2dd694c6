// docs/cli.md names every command, every filter and every exit status.

import { Command } from 'commander';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { COMMANDS } from '#src/cli/commands/index.js';
import type { CommandContext } from '#src/cli/context.js';
import { createContext } from '#src/cli/context.js';
import { hostIo } from '#src/cli/io.js';
import { FILTER_KEYS } from '#src/shared/audit-filter.js';
import { EXIT } from '#src/shared/problem.js';
import { codeRows, packageFile } from './package-files.js';

const page = packageFile('docs/cli.md');

const context: CommandContext = createContext({
  io: hostIo(process, { interactive: false }),
  clock: () => 0,
  env: {},
  version: '0.0.0',
  globals: { interactive: false },
});

/** Every command line that does something, e.g. `whodid audit target`. */
async function commandLines(): Promise<string[]> {
  const lines: string[] = [];
  for (const { name, load } of COMMANDS.flatMap(({ entries }) => entries)) {
    const command = new Command(name);
    (await load()).register(command, context);
    const subcommands = command.commands.map(subcommand => `whodid ${name} ${subcommand.name()}`);
    lines.push(...(subcommands.length === 0 ? [`whodid ${name}`] : subcommands));
  }
  return lines;
}

test('the page has each command, and no other', async () => {
  const documented = codeRows(page)
    .map(([line = '']) => line)
    .filter(line => line.startsWith('whodid '))
    // What follows the command is its arguments, in capitals or brackets.
    .map(line => line.replace(/ (?:[A-Z[]).*$/, ''));
  assert.equal(documented.sort(), (await commandLines()).sort());
});

test('the page has each filter', async () => {
  const { addFilterOptions } = await import('#src/cli/commands/audit/filter-options.js');
  const flags = addFilterOptions(new Command()).options.map(({ long }) => long ?? '');
  assert.ok(flags.length >= FILTER_KEYS.length);
  const missing = flags.filter(flag => !page.includes(`\`${flag}`));
  assert.equal(missing, []);
});

test('the page has the columns of rows', async () => {
  const { EVENT_VIEW } = await import('#src/cli/output/event-view.js');
  const { TYPE_VIEW } = await import('#src/cli/commands/types/type-view.js');
  const { NEW_TOKEN_VIEW, TOKEN_VIEW } = await import('#src/cli/commands/tokens/token-view.js');
  const { KEY_VIEW } = await import('#src/cli/commands/keys/key-view.js');
  const columns = codeRows(page).map(([, cell = '']) => cell.replace(' (JSON)', ''));
  for (const { row } of [EVENT_VIEW, TYPE_VIEW, TOKEN_VIEW, NEW_TOKEN_VIEW, KEY_VIEW]) {
    assert.ok(columns.includes(row.join(', ')), `no command has the columns ${row.join(', ')}`);
  }
});

test('the page has each exit status', () => {
  const documented = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, status]) => Number(status));
  assert.equal(documented, Object.values(EXIT));
});

test.run();
