// What is taken out of the explorer: texts to the clipboard, or shown to be taken from the screen, and files.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { copyables, shellWord } from '#src/cli/tui/explorer/copying.js';
import { happened } from '#src/cli/tui/explorer/happenings.js';
import { overlayView } from '#src/cli/tui/explorer/overlay-lines.js';
import { type ExplorerState, placeOf, stepOf } from '#src/cli/tui/explorer/state.js';
import { event } from '../../events.js';
import { events, NOW } from '../a-table.js';
import { answered, newExplorer, pressed } from './an-explorer.js';

const hundred = (): ExplorerState => answered(newExplorer(), events(100, 1));

test('a command holds nothing that a terminal obeys, and means the same', async () => {
  for (const text of ['\u001b]0;owned\u0007', "it's\u202e\u009b31m\\n1", 'a\nb\tc', 'é\u200b12']) {
    const word = shellWord(text);
    assert.not.match(word, /[^\x20-\x7eé]/);
    const { stdout } = await promisify(execFile)('bash', ['-c', `printf %s ${word}`]);
    assert.is(stdout, text);
  }
});

test('what is copied as JSON or as a command is shown as it is, to be taken from the screen', () => {
  const strange = event({ seq: 1, targetId: 'a\\b"\u202e', actorName: '\u001b[2J' });
  const shownOf = (state: ReturnType<typeof newExplorer>) => {
    const { overlay } = stepOf(state);
    if (overlay === undefined) throw new Error('Nothing is shown.');
    const view = overlayView(state, overlay, { columns: 400, now: NOW, colour: false });
    return view.lines.map(line => line.slice(1)).join('\n');
  };
  const state = answered(newExplorer(), [strange]);
  const shown = (name: string) => {
    const copyable = copyables(state).find(one => one.name === name)!;
    return shownOf(happened(state, { what: 'copied', ...copyable, how: 'sent' }));
  };
  const json = shown('the event as JSON');
  assert.equal(JSON.parse(json), strange);
  assert.not.match(json, /\u202e|\u001b/);
  assert.is(shown('its target'), 'notes:a\\\\b"\\u202e');
});

test('a file that cannot be written leaves its name to be mended; once it is begun the line is closed', () => {
  const asking = pressed(hundred(), 'x', 'enter');
  assert.equal(
    asking.errands.map(({ what }) => what),
    ['export'],
  );
  assert.equal([placeOf(asking), pressed(asking, 'enter').errands.length], ['file', 1], 'it is begun once');

  const reason = 'There is such a file already. Choose another name than a.csv.';
  const refused = happened(asking, { what: 'not-written', reason });
  const { prompt } = refused;
  assert.is(prompt?.what === 'file' ? prompt.fault?.message : undefined, reason);
  assert.equal(
    pressed(refused, '2', 'enter').errands.map(errand => (errand.what === 'export' ? errand.file : '')),
    ['whodid-2026-07-31.jsonl', 'whodid-2026-07-31.jsonl2'],
  );
  assert.is(happened(pressed(asking, 'escape'), { what: 'not-written', reason }).notice, reason);

  const work = { name: 'writing a.csv', done: 0, total: undefined, startedAt: NOW };
  const begun = happened(asking, { what: 'work', work });
  assert.equal([placeOf(begun), begun.work], ['events', work]);
  const other = pressed(begun, 'f');
  assert.is(placeOf(happened(other, { what: 'work', work: undefined, notice: 'Done.' })), 'filter');
});

test.run();
