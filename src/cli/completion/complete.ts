// `whodid __complete SHELL …`: what the script of a shell calls when the tab key is pressed. It is silent whatever
// happens, and answers within a moment, or nothing.

import { createContext } from '../context.js';
import { createProgram, type ProgramParts } from '../program.js';
import { completions } from './candidates.js';
import { createKnownWords } from './known-words.js';
import { SHELL_WAYS, type Shell } from './shells.js';
import { SHELLS } from './word-table.js';

/** How long the daemon may take, in milliseconds: nobody waits longer for a tab. */
const PATIENCE_MS = 800;

/** What is printed for the word at the cursor; nothing for a shell that is not known. */
export async function completionAnswer(args: readonly string[], parts: ProgramParts): Promise<string> {
  const [name, ...handed] = args;
  const shell = SHELLS.find(known => known === name);
  if (shell === undefined) return '';
  const { words, answer } = SHELL_WAYS[shell satisfies Shell];
  const typed = words(handed);
  const url = urlIn(typed);
  const { clock, env, version } = parts;
  const globals = { interactive: false, ...(url === undefined ? {} : { url }) };
  // What a session says on stderr has no place here.
  const io = { ...parts.io(globals), writeError: () => undefined };
  const { client } = createContext({ io, clock, env, version, globals, silenceMs: PATIENCE_MS });
  try {
    return answer(await completions(createProgram(parts), typed, createKnownWords(client)), handed);
  } catch {
    return '';
  }
}

function urlIn(words: readonly string[]): string | undefined {
  const at = words.lastIndexOf('--url');
  return at >= 0 && at + 2 < words.length ? words[at + 1] : undefined;
}
