// docs/terminal.md lists the keys that the tables of actions have.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ACTIONS as EXPLORER_ACTIONS } from '#src/cli/tui/explorer/actions.js';
import { keyName } from '#src/cli/tui/keys/key-names.js';
import { ACTIONS } from '#src/cli/tui/table/actions.js';
import { packageFile } from './package-files.js';

const page = packageFile('docs/terminal.md');

for (const { id, keys, label } of ACTIONS) {
  test(`the page has the keys of ${id}`, () => {
    const row = `| ${keys.map(key => `\`${keyName(key)}\``).join(' ')} | ${label} |`;
    assert.ok(page.includes(row), row);
  });
}

for (const { id, keys, label } of EXPLORER_ACTIONS) {
  test(`the page has the keys of ${id} in the explorer`, () => {
    const row = `| ${keys.map(key => `\`${keyName(key)}\``).join(' ')} | ${label} | \`${id}\` |`;
    assert.ok(page.includes(row), row);
  });
}

test.run();
