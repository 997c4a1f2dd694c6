// Questions in lines: what is typed ahead is kept, what is not an answer is asked again, a password is edited unseen.
import { PassThrough } from 'node:stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { plainPrompts } from '#src/cli/accessible/plain-prompts.js';
import { Exit } from '#src/cli/exit.js';

function asking(typed: string) {
  const input = Object.assign(new PassThrough(), {
    raw: [] as boolean[],
    setRawMode(on: boolean) {
      input.raw.push(on);
      // From here on it is seen, or not.
      said += on ? '<hidden>' : '<shown>';
    },
  });
  let said = '';
  const output = new PassThrough().on('data', chunk => {
    said += chunk;
  });
  input.write(typed);
  return { prompts: plainPrompts({ input, output }), input, said: () => said };
}

test('answers that were typed ahead are each for their own question', async () => {
  const { prompts, said } = asking('5\n0\r\n\u00e9 \n');
  assert.equal([await prompts.input('One'), await prompts.input('Two')], ['5', '0']);
  assert.is(await prompts.input('Three'), 'é');
  assert.is(said(), 'One: Two: Three: ');
});

test('an empty answer, and what is neither yes nor no, is asked again', async () => {
  const { prompts, said } = asking('\n \nx\nperhaps\nYES\nn\n');
  assert.is(await prompts.input('Name'), 'x');
  assert.is(await prompts.confirm('Sure?'), true);
  assert.is(await prompts.confirm('Sure?'), false);
  assert.match(said(), 'Something is needed here.\nName: ');
  assert.match(said(), 'Answer yes or no.\n');
});

test('a password is hidden from before it is asked for until it is there, and can be edited', async () => {
  const { prompts, said } = asking('wrong\u0015secret\u00e9x\u007f\r');
  assert.is(await prompts.password('Password'), 'secreté');
  assert.is(said(), '<hidden>Password (not shown): <shown>\n');
});

for (const [what, key] of [
  ['Ctrl-C', '\u0003'],
  ['Ctrl-D', '\u0004'],
]) {
  test(`${what} in a password interrupts, and what is typed shows again`, async () => {
    const { prompts, input } = asking(`ab${key}`);
    const left = await prompts.password('Password').catch((error: unknown) => error);
    assert.instance(left, Exit);
    assert.is((left as Exit).status, 130);
    assert.equal(input.raw, [true, false]);
  });
}

test('the end of the input interrupts', async () => {
  const { prompts, input } = asking('ab');
  input.end();
  const left = await prompts.input('Name').catch((error: unknown) => error);
  assert.instance(left, Exit);
});

test.run();
