// What changed inside a value, word by word, as `git diff --word-diff` shows it: `[-gone-]{+new+}`, in colour where
// there is colour.
import { escapeText, type SafeText, safeJson } from './escape.js';
import { paint } from './style.js';

/** Words of longer texts are not compared: the table for it grows with the product of both lengths. */
const MAX_WORDS = 400;

/** A part of a value: in both, only before, only after. */
export interface Piece {
  kind: 'same' | 'gone' | 'new';
  text: string;
}

/** One value turning into another. `undefined` is no value at all. Line breaks are shown escaped. */
export function wordDiff(prev: unknown, next: unknown, colour: boolean): string {
  const pieces =
    typeof prev === 'string' && typeof next === 'string' ? textPieces(prev, next) : wholePieces(prev, next);
  return pieces.map(piece => shown(piece, colour)).join('');
}

function shown({ kind, text }: Piece, colour: boolean): string {
  const safe = escapeText(text);
  if (kind === 'same') return safe;
  if (colour) return paint(safe, kind === 'gone' ? 'red' : 'green', true);
  return kind === 'gone' ? `[-${safe}-]` : `{+${safe}+}`;
}

/** Values other than texts are replaced whole. */
function wholePieces(prev: unknown, next: unknown): Piece[] {
  const piece = (kind: Piece['kind'], value: unknown): Piece[] =>
    value === undefined || value === null ? [] : [{ kind, text: valueText(value) }];
  return [...piece('gone', prev), ...piece('new', next)];
}

const valueText = (value: unknown) => (typeof value === 'string' ? value : (safeJson(value) as SafeText));

/** What two texts have in common, and what not. */
export function textPieces(prev: string, next: string): Piece[] {
  const before = words(prev);
  const after = words(next);
  if (before.length > MAX_WORDS || after.length > MAX_WORDS) {
    return [
      { kind: 'gone', text: prev },
      { kind: 'new', text: next },
    ];
  }
  return joined(comparedWords(before, after));
}

/** Words, and what stands between them. */
const words = (text: string) => text.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? [];

/** A longest common subsequence, by the table of its lengths. */
function comparedWords(before: string[], after: string[]): Piece[] {
  const width = after.length + 1;
  const lengths = new Uint16Array((before.length + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j]!;
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] =
        before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pieces: Piece[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      pieces.push({ kind: 'same', text: before[i]! });
      i += 1;
      j += 1;
    } else if (i < before.length && (j === after.length || at(i + 1, j) >= at(i, j + 1))) {
      pieces.push({ kind: 'gone', text: before[i]! });
      i += 1;
    } else {
      pieces.push({ kind: 'new', text: after[j]! });
      j += 1;
    }
  }
  return pieces;
}

/** Neighbours of a kind become one; between two that stay, what is gone comes before what is new. */
function joined(pieces: Piece[]): Piece[] {
  const result: Piece[] = [];
  let gone = '';
  let added = '';
  const flush = () => {
    if (gone !== '') result.push({ kind: 'gone', text: gone });
    if (added !== '') result.push({ kind: 'new', text: added });
    gone = '';
    added = '';
  };
  for (const { kind, text } of pieces) {
    if (kind === 'gone') gone += text;
    else if (kind === 'new') added += text;
    else {
      flush();
      const last = result.at(-1);
      if (last?.kind === 'same') last.text += text;
      else result.push({ kind, text });
    }
  }
  flush();
  return result;
}
