import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ACTIONS } from '#src/cli/tui/explorer/actions.js';
import { bound, readBindings } from '#src/cli/tui/keys/bindings.js';
import { keyLine } from '#src/cli/tui/keys/key-line.js';
import { ACTIONS as TABLE_ACTIONS } from '#src/cli/tui/table/actions.js';
import { highContrast } from '#src/cli/tui/terminal/contrast.js';
import { loadedTable } from './a-table.js';

const keysOf = (bindings: unknown, id: string) =>
  bound(ACTIONS, bindings).find(action => action.id === id)?.keys;

test('keys.toml gives an action other keys, one or several', () => {
  assert.equal(keysOf({ copy: ['w', 'ctrl+y'], leave: 'Q' }, 'copy'), ['w', 'ctrl+y']);
  assert.equal(keysOf({ leave: 'Q' }, 'leave'), ['Q']);
  assert.equal(keysOf(undefined, 'leave'), ['q']);
});

test('the tables have a section of their own, and show the keys that it gives', () => {
  const actions = bound(TABLE_ACTIONS, { follow: ['W'] });
  const state = loadedTable({ rows: [] });
  const line = keyLine({ actions, state, place: 'table', columns: 200, colour: false });
  assert.match(line, / W follow /);
  assert.throws(() => bound(TABLE_ACTIONS, { follow: 's' }), /s is both follow and sort \(in table\)/);
});

const wrong: [what: string, bindings: unknown, message: RegExp][] = [
  ['a key with two meanings', { leave: 'a' }, /keys\.toml: a is both actor and leave \(in events\)/],
  ['an action that there is none of', { leaf: 'a' }, /there is no action "leaf"/],
  ['no keys', { leave: [] }, /leave takes keys/],
  ['no section', 7, /a section holds/],
];
for (const [what, bindings, message] of wrong) {
  test(`${what} is an error`, () => assert.throws(() => bound(ACTIONS, bindings), message));
}

test('no file is no bindings; one that is no TOML is an error', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'whodid-keys-'));
  assert.is(await readBindings({ dir }, 'explorer'), undefined);
  writeFileSync(join(dir, 'keys.toml'), '[explorer]\nleave = "Q"\n');
  assert.equal({ ...((await readBindings({ dir }, 'explorer')) as object) }, { leave: 'Q' });
  writeFileSync(join(dir, 'keys.toml'), '[explorer');
  const refused = await readBindings({ dir }, 'explorer').catch((error: Error) => error.message);
  assert.match(String(refused), /keys\.toml is not TOML/);
  rmSync(dir, { recursive: true });
});

test('high contrast has nothing faint and no colour, and keeps the rest', () => {
  assert.is(
    highContrast('\u001b[2m\u001b[31ma\u001b[39m\u001b[22m\u001b[7mb\u001b[27m'),
    'a\u001b[22m\u001b[7mb\u001b[27m',
  );
});

test.run();
