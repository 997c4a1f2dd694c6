// docs/output.md lists the fields of every command that shows something, each with its fields and no others: scripts
// rely on them, so a change of one is a change of the page.
import type { Command } from 'commander';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { commandTree } from '#src/cli/command-tree.js';
import { loadCommand } from '#src/cli/lazy-commands.js';
import { viewsOf } from '#src/cli/output/options.js';
import { packageFile } from './package-files.js';

/** `audit actor: time,actor,…` for each command and each of its views. */
async function shown(parent: Command, path: string[]): Promise<string[]> {
  const lines: string[] = [];
  for (const command of parent.commands) {
    await loadCommand(command);
    const here = [...path, command.name()];
    for (const { fields } of viewsOf(command)) {
      lines.push(`${here.join(' ')}: ${fields.map(({ name }) => name).join(',')}`);
    }
    lines.push(...(await shown(command, here)));
  }
  return lines;
}

function documented(page: string): string[] {
  return page.split(/^## /m).flatMap(section => {
    const commands = /^Commands: (.*)$/m.exec(section)?.[1]?.replace(/ \(.*\)$/, '') ?? '';
    const fields = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, field]) => field);
    return [...commands.matchAll(/`([^`]+)`/g)].map(([, command]) => `${command}: ${fields.join(',')}`);
  });
}

test('the page has the fields of every command, in their order', async () => {
  const lines = await shown(commandTree('0.0.0'), []);
  assert.ok(lines.length > 20);
  assert.equal(documented(packageFile('docs/output.md')).sort(), lines.sort());
});

test('what a row has is among the fields', async () => {
  async function check(parent: Command): Promise<void> {
    for (const command of parent.commands) {
      await loadCommand(command);
      for (const { fields, row } of viewsOf(command)) {
        const names = fields.map(({ name }) => name);
        assert.equal(
          row.filter(name => !names.includes(name)),
          [],
          command.name(),
        );
      }
      await check(command);
    }
  }
  await check(commandTree('0.0.0'));
});

test.run();
