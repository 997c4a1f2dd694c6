// One of several, asked for in lines: each with its number, a part at a time, then the question. Who knows what they
// want types a word of it instead of hearing all.
import { escapeText, type SafeText, safe } from '../output/escape.js';
import type { WalkWorld } from './action.js';

export interface ChoosingOptions<T> {
  title: SafeText;
  items: readonly T[];
  /** What is read out for one. */
  line(item: T): SafeText;
  question: string;
  /** What 0 is called. */
  none?: SafeText;
}

/** Choices that are read out at a time. */
const PART = 20;
/** So many letters are a word: one is a slip of a finger. */
const LEAST_WORD = 2;

interface Numbered<T> {
  item: T;
  number: number;
  text: SafeText;
}

/** The one that was chosen; `undefined` for 0, and for what is none of them, which is said. */
export async function chosenOf<T>(
  world: Pick<WalkWorld, 'io'>,
  options: ChoosingOptions<T>,
): Promise<T | undefined> {
  const question = `${options.question}, 0 to ${options.items.length}`;
  const answer = await chosenAmong(world, { ...options, question });
  if ('item' in answer) return answer.item;
  if (answer.typed !== '0') await world.io.write(`${escapeText(answer.typed)} is none of them.\n`);
  return undefined;
}

/** The one that was chosen, or what was typed instead: `0` for none. */
export async function chosenAmong<T>(
  { io }: Pick<WalkWorld, 'io'>,
  { title, items, line, question, none = safe`none of them` }: ChoosingOptions<T>,
): Promise<{ item: T } | { typed: string }> {
  const all = items.map((item, index): Numbered<T> => ({ item, number: index + 1, text: line(item) }));
  let shown = all;
  let from = 0;
  await io.write(safe`\n${title}\n`);
  for (;;) {
    const part = shown.slice(from, from + PART);
    const left = shown.length - from - part.length;
    const lines = part.map(({ number, text }) => `${number}. ${text}\n`).join('') as SafeText;
    await io.write(safe`${lines}${left === 0 ? safe`` : safe`+. ${left} further ones\n`}0. ${none}\n`);
    const typed = await io.prompts.input(question);
    if (typed === '+' && left > 0) {
      from += PART;
      continue;
    }
    const numbered = /^\d+$/.test(typed) ? all[Number(typed) - 1] : undefined;
    if (numbered !== undefined) return { item: numbered.item };
    if (typed.toLowerCase() === none) return { typed: '0' };
    const found = withWord(all, typed);
    const [only] = found;
    if (only === undefined) return { typed };
    if (found.length === 1) return { item: only.item };
    shown = found;
    from = 0;
    await io.write(safe`\n${found.length} of them have ${escapeText(typed)}.\n`);
  }
}

/** Those that have what was typed; one that is called just so alone. */
function withWord<T>(all: readonly Numbered<T>[], typed: string): Numbered<T>[] {
  const word = escapeText(typed).toLowerCase();
  if (word.length < LEAST_WORD || /^\d+$/.test(word)) return [];
  const called = all.filter(({ text }) => text.toLowerCase() === word);
  return called.length === 1 ? called : all.filter(({ text }) => text.toLowerCase().includes(word));
}
