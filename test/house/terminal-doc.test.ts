// docs/terminal.md lists the keys that the table of actions has.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
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

test.run();
