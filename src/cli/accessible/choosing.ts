// One of several, asked for in lines: each with its number, then the question.
import { escapeText, type SafeText, safe } from '../output/escape.js';
import type { WalkWorld } from './action.js';

export interface ChoosingOptions<T> {
  title: SafeText;
  items: readonly T[];
  /** What is read out for one. */
  line(item: T): SafeText;
  question: string;
}

/** The one that was chosen; `undefined` for 0, and for what is none of them, which is said. */
export async function chosenOf<T>(
  { io }: Pick<WalkWorld, 'io'>,
  { title, items, line, question }: ChoosingOptions<T>,
): Promise<T | undefined> {
  const lines = items.map((item, index) => `${index + 1}. ${line(item)}\n`);
  await io.write(safe`\n${title}\n${lines.join('') as SafeText}0. none of them\n`);
  const text = await io.prompts.input(`${question}, 0 to ${items.length}`);
  const item = /^\d+$/.test(text) ? items[Number(text) - 1] : undefined;
  if (item === undefined && text !== '0') await io.write(`${escapeText(text)} is none of them.\n`);
  return item;
}
