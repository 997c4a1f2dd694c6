// Copies from inside tmux, by the two ways that tmux(1) has for them: the terminal around it is given what was copied.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openStage, type Stage } from './stage.js';

let stage: Stage;

test.before(async () => {
  stage = await openStage();
  await stage.report(1, 1);
});
test.after.each(() => stage.closeScreens());
test.after(() => stage?.close());

/** What goes out is `OSC 52 ; where ; base64`, ended by BEL or ST. */
const COPIED = /\u001b\]52;\w*;([A-Za-z\d+/=]+)(?:\u0007|\u001b\\)/;

const cases: [what: string, settings: string[], isGiven: boolean][] = [
  ['set-clipboard', ['set -s set-clipboard on', "set -as terminal-features ',*:clipboard'"], true],
  ['allow-passthrough', ['set -s set-clipboard off', 'set -g allow-passthrough on'], true],
  ['neither', ['set -s set-clipboard off', 'set -g allow-passthrough off'], false],
];
for (const [index, [what, settings, isGiven]] of cases.entries()) {
  test(`inside tmux with ${what}`, async () => {
    const screen = await stage.open({ columns: 120, lines: 30 });
    const config = join(stage.config, `tmux-${index}.conf`);
    writeFileSync(config, `${settings.join('\n')}\nset -g status off\n`);
    const socket = join(stage.config, `tmux-${index}`);
    const from = screen.written().length;
    await screen.type(`env -u TMUX tmux -S '${socket}' -f '${config}' new 'whodid explore files:f0001'\r`);
    await screen.shows(/▌.*files:f0001[\s\S]*● connected/);
    await screen.type('y');
    await screen.shows(/the event as JSON/);
    await screen.press('Enter');
    const [event] = await stage.it.events('target=files:f0001');
    await screen.shows(/The event as JSON[\s\S]*"targetId": "f0001"/);
    const given = COPIED.exec(screen.written().slice(from))?.[1];
    if (isGiven) assert.equal(JSON.parse(Buffer.from(given ?? '', 'base64').toString()), event);
    else assert.is(given, undefined);
    await screen.press('Escape');
    await screen.shows(/━ Events ━/);
    await screen.type('q');
    await screen.shows(/\$$/);
  });
}

test.run();
