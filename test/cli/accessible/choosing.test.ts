// Choosing one of many in lines: read out a part at a time, by number or by a word.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { chosenOf } from '#src/cli/accessible/choosing.js';
import { escapeText, safe } from '#src/cli/output/escape.js';

const MANY = [...Array.from({ length: 44 }, (_, index) => `thing ${index + 1}`), 'Other', 'another'];

async function choose(...answers: string[]) {
  const parts = [''];
  const chosen = await chosenOf(
    {
      io: {
        write: async (text: string) => {
          parts[parts.length - 1] += text;
        },
        prompts: {
          input: async () => {
            const answer = answers.shift();
            if (answer === undefined) throw new Error(`Nobody answers:\n${parts.at(-1)}`);
            parts.push('');
            return answer;
          },
        },
      } as never,
    },
    { title: safe`Things`, items: MANY, line: escapeText, question: 'Which' },
  );
  return { chosen, parts };
}

test('many are read out twenty at a time, each with its own number', async () => {
  const { chosen, parts } = await choose('+', '+', '3');
  const [first = '', second = '', third = ''] = parts;
  assert.match(
    first,
    /^\nThings\n1\. thing 1\n[\s\S]*20\. thing 20\n\+\. 26 further ones\n0\. none of them\n$/,
  );
  assert.match(second, /^21\. thing 21\n[\s\S]*40\. thing 40\n\+\. 6 further ones\n/);
  assert.match(third, /^41\. thing 41\n[\s\S]*46\. another\n0\. none of them\n$/);
  assert.is(chosen, 'thing 3', 'one of a part before');
});

const cases: [what: string, answers: string[], chosen: string | undefined, said: RegExp][] = [
  ['a word that one alone has chooses it', ['ano'], 'another', /^$/],
  ['capitals do not matter, and what is called just so is meant', ['other'], 'Other', /^$/],
  [
    'several that have it are read out with their numbers',
    ['ing 4', '41'],
    'thing 41',
    /6 of them have ing 4\.\n4\. thing 4\n40\. thing 40\n/,
  ],
  ['one letter is a slip', ['o'], undefined, /o is none of them\./],
  ['a number that none has is none', ['47'], undefined, /47 is none of them\./],
  ['a word that none has is none', ['\u001bxyz'], undefined, /\\u001bxyz is none of them\./],
  ['+ where there is no more', ['+', '+', '+'], undefined, /\+ is none of them\./],
  ['0', ['0'], undefined, /^$/],
  ['none of them, in words', ['None of them'], undefined, /^$/],
];
for (const [what, answers, expected, said] of cases) {
  test(what, async () => {
    const { chosen, parts } = await choose(...answers);
    assert.is(chosen, expected);
    assert.match(parts.slice(1).join(''), said);
  });
}

test.run();
