// The tab key in bash, zsh and fish, at a real prompt, with a real daemon behind it.
import { execFileSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openStage, type Stage } from './stage.js';

let stage: Stage;

test.before(async () => {
  stage = await openStage();
  await stage.it.person('Grace', 'editor');
});
test.after.each(() => stage.closeScreens());
test.after(() => stage?.close());

/** How each is started with completion at hand, and a prompt that is known. */
const SHELLS: Record<string, string> = {
  bash: 'eval "$(whodid completion bash)"',
  zsh: 'exec zsh -f\rPROMPT=\'$ \'; autoload -Uz compinit; compinit -u -D; eval "$(whodid completion zsh)"',
  fish: "exec fish --no-config\rfunction fish_prompt; echo -n '$ '; end; whodid completion fish | source",
};

/** What is typed before the tab key, and what stands there afterwards. */
const cases: [what: string, typed: string, whole: string][] = [
  ['a command', 'whoa', 'whodid whoami '],
  ['a command of a group', 'audit hist', 'whodid audit history '],
  ['a flag', 'audit events --outc', 'whodid audit events --outcome '],
  ['a word of a flag', 'audit events --outcome den', 'whodid audit events --outcome denied '],
  ['a type', 'get us', 'whodid get users '],
  ['an id', 'get users 2', 'whodid get users 2 '],
  ['an object', 'audit target notes:', 'whodid audit target notes:'],
  ['an object with its id', 'audit blame users:2', 'whodid audit blame users:2 '],
  ['a field', 'update users 2 --set em', 'whodid update users 2 --set email='],
  ['a field of an answer', 'audit events --fields id,actorN', 'whodid audit events --fields id,actorName '],
];

for (const [shell, setUp] of Object.entries(SHELLS)) {
  test(`${shell} completes commands, flags, words, types, ids and fields`, async () => {
    // A shell that is not installed cannot be asked.
    try {
      execFileSync(shell, ['-c', 'true']);
    } catch {
      return;
    }
    const screen = await stage.open({ columns: 100, lines: 24 });
    // What is typed before the prompt is there is shown by the terminal, not by the shell.
    const ready = async (mark: string) => {
      await screen.type(`clear; echo "${mark}"-\r`);
      await screen.shows(new RegExp(`^${mark}-\\n\\$$`, 'm'));
    };
    for (const line of setUp.split('\r')) {
      await screen.type(`${line}\r`);
      // Whatever prompt the shell has until it is told another, on a line below what was typed.
      await screen.shows(/\n.*[$#%>]$/);
    }
    for (const [index, [what, typed, whole]] of cases.entries()) {
      await ready(`next${index}`);
      await screen.type(`whodid ${typed}\t`);
      // The word is whole when what is typed next stands behind it.
      await screen.type(`@${index}`);
      const text = await screen.shows(new RegExp(`@${index}$`, 'm'));
      assert.ok(text.includes(`$ ${whole}@${index}`), `${what}: ${text}`);
      // Not Ctrl-C: a shell that still completes would take it as said to the completion alone.
      await screen.press('C-u');
    }
  });
}

test.run();
