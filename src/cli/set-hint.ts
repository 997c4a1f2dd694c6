// `--set total=12.5` sets a text. When the daemon refuses that, this says how to write what was meant.
import { Problem } from '../shared/problem.js';

/** Runs `write`; a refusal of fields that `set` gave as texts says how they are given as JSON. */
export async function explainingTexts<T>(set: readonly string[], write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const hints = error instanceof Problem ? hintsFor(error, set) : [];
    if (!(error instanceof Problem) || hints.length === 0) throw error;
    throw new Problem(error.code, `${error.message} ${hints.join(' ')}`, error.details);
  }
}

/** What a value that is no text must be, as the daemon says it. */
const NO_TEXT = /\b(?:number|integer|boolean|array|object|null)\b/;

function hintsFor({ details: { errors = [] } }: Problem, set: readonly string[]): string[] {
  return set.flatMap(assignment => {
    const [, field, text = ''] = /^([^=]+?)(?<!:)=(.*)$/s.exec(assignment) ?? [];
    const refused = errors.some(fault => fault.field === field && NO_TEXT.test(fault.reason));
    if (field === undefined || !refused) return [];
    return [`--set ${field}=… sets a text: use --set ${field}:=${isJson(text) ? text : 'JSON'}.`];
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return text.length <= 40 && !/[\s"'\\]/.test(text);
  } catch {
    return false;
  }
}
