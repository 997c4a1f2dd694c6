// A command line as bash hands it to a completion: one text, cut into words here by the rules of the shell (POSIX
// shell command language, 2.2), because bash cuts at `:` and `=`, which are parts of our words.

export interface TypedWords {
  /** Without quotes and backslashes; the last one is being typed, and may be empty. */
  words: string[];
  /** The last word as it stands there. */
  raw: string;
}

/** The words of `line`, which ends where the cursor is. */
export function typedWords(line: string): TypedWords {
  const words: string[] = [];
  let word = '';
  let raw = '';
  let quote = '';
  for (let at = 0; at < line.length; at += 1) {
    const letter = line[at] as string;
    if (quote === '' && /\s/.test(letter)) {
      if (raw !== '') words.push(word);
      word = '';
      raw = '';
      continue;
    }
    raw += letter;
    if (letter === quote) quote = '';
    else if (quote === '' && (letter === '"' || letter === "'")) quote = letter;
    else if (letter === '\\' && quote !== "'" && at + 1 < line.length) {
      at += 1;
      raw += line[at];
      word += line[at];
    } else word += letter;
  }
  return { words: [...words, word], raw };
}
