// What an event changed, as a diff: each field, what it was with a minus and what it became with a plus, and in two
// texts the words that differ.
import type { DataEvent } from '../../../shared/data-event.js';
import { escapeText, type SafeText, safeJson } from '../../output/escape.js';
import { redacted } from '../../output/event-view.js';
import { paint } from '../../output/style.js';
import { cutTo, widthOf } from '../../output/width.js';
import { type Piece, textPieces } from '../../output/word-diff.js';

type Changed = Pick<DataEvent, 'action' | 'changes' | 'redactions'>;
type Side = 'prev' | 'next';

/** Longer texts are not compared word by word: it would take longer than a key may take. */
const MOST_COMPARED = 2000;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Lines of at most `width` cells. Without colour the words that differ stand in brackets, `[-gone-]`, `{+new+}`. */
export function diffLines(event: Changed, width: number, colour: boolean): string[] {
  return Object.entries(event.changes ?? {}).flatMap(([field, change]) => {
    const pieces = comparedPieces(event, field, change);
    const side = (which: Side): string[] => {
      const value = change[which];
      const hidden = redacted(event, field, which);
      const isAbsent = value === null || value === undefined;
      if (isAbsent && hidden === undefined && event.action !== 'changed') return [];
      const shown = hidden === undefined ? pieces?.[which] : undefined;
      return signedLines(
        which,
        shown ?? [{ text: hidden ?? safeJson(value), differs: false }],
        width,
        colour,
      );
    };
    return [paint(cutTo(escapeText(field), width), 'bold', colour), ...side('prev'), ...side('next')];
  });
}

/** A part of one side, ready to be shown. */
interface ShownPiece {
  text: SafeText;
  differs: boolean;
}

/** Both sides in parts, where both are texts that have something in common. */
function comparedPieces(
  event: Changed,
  field: string,
  { prev, next }: { prev?: unknown; next?: unknown },
): Record<Side, ShownPiece[]> | undefined {
  if (typeof prev !== 'string' || typeof next !== 'string') return undefined;
  if (prev.length + next.length > MOST_COMPARED) return undefined;
  if (redacted(event, field, 'prev') !== undefined || redacted(event, field, 'next') !== undefined)
    return undefined;
  const pieces = textPieces(prev, next);
  if (!pieces.some(({ kind, text }) => kind === 'same' && text.trim() !== '')) return undefined;
  const quote: ShownPiece = { text: '"' as SafeText, differs: false };
  const sideOf = (kind: Piece['kind']): ShownPiece[] => [
    quote,
    ...pieces
      .filter(piece => piece.kind === 'same' || piece.kind === kind)
      .map(piece => ({ text: inJson(piece.text), differs: piece.kind !== 'same' })),
    quote,
  ];
  return { prev: sideOf('gone'), next: sideOf('new') };
}

/** As it reads inside the quotes of a JSON text. */
const inJson = (text: string) => safeJson(text).slice(1, -1) as SafeText;

const SIGNS = {
  prev: { sign: '-', style: 'red', open: '[-', close: '-]' },
  next: { sign: '+', style: 'green', open: '{+', close: '+}' },
} as const;

function signedLines(which: Side, pieces: ShownPiece[], width: number, colour: boolean): string[] {
  const { sign, style, open, close } = SIGNS[which];
  const room = Math.max(10, width - 4);
  const lines: string[] = [];
  let line = '';
  let used = 0;
  const add = (text: SafeText, differs: boolean) => {
    let run = '';
    const flush = () => {
      if (run === '') return;
      const painted = paint(run as SafeText, style, colour);
      line += differs ? paint(painted as SafeText, 'underline', colour) : painted;
      run = '';
    };
    for (const { segment } of graphemes.segment(text)) {
      const cells = widthOf(segment as SafeText);
      if (used + cells > room) {
        flush();
        lines.push(line);
        line = '';
        used = 0;
      }
      run += segment;
      used += cells;
    }
    flush();
  };
  for (const { text, differs } of pieces) {
    const bracketed = differs && !colour;
    add((bracketed ? open + text + close : text) as SafeText, differs);
  }
  lines.push(line);
  return lines.map(
    (one, index) => `  ${paint((index === 0 ? sign : ' ') as SafeText, style, colour)} ${one}`,
  );
}
