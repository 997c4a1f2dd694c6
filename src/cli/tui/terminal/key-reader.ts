// What arrives from a terminal, taken apart: keys, pastes, mouse reports, and the terminal's own replies, which
// must never be taken for one another. Text can arrive in any pieces: `jjj` in one, an escape sequence in three.

/** One thing that happened at the keyboard or the mouse. */
export type Input =
  /** A key by name: `up`, `ctrl+c`, `enter`, `space`; a printable character is its own name. */
  | { kind: 'key'; key: string; text?: string }
  /** Pasted text, as it is (bracketed paste). */
  | { kind: 'paste'; text: string }
  /** What the terminal says it can do (primary device attributes, asked for with `CSI c`). */
  | { kind: 'attributes'; codes: number[] }
  /** SGR mouse report: cells count from 0. */
  | { kind: 'mouse'; button: number; column: number; line: number; released: boolean };

export interface KeyReaderOptions {
  onInput(input: Input): void;
  /** Runs `later` after `ms`, unless cancelled by the function that it answers. */
  after(ms: number, later: () => void): () => void;
}

export interface KeyReader {
  /** Takes decoded text as it came from the terminal. */
  feed(text: string): void;
}

/** An ESC with nothing behind it for so long was the key, not the start of a sequence; nor was `[` after it. */
const ESCAPE_ALONE_MS = 40;

/** A sequence of which nothing more has come for so long will not be finished: keys behind it are keys again. */
const UNFINISHED_MS = 1000;

/** Most characters that an unfinished sequence may hold before it is thrown away: no terminal sends such. */
const MAX_PENDING = 65_536;

const ESC = '\u001b';
const ESCAPE: Input = { kind: 'key', key: 'escape' };
/** What a terminal goes on with behind ESC: CSI, SS3, OSC, DCS, PM, APC, SOS; ESC again is a key of its own. */
const INTRODUCERS = '[O]P^_X';
const PASTE_START = '200~';
const PASTE_BEGIN = `[${PASTE_START}`;
const PASTE_END = `${ESC}[201~`;

/** Final characters and numbers of the sequences that xterm and its kin send (ctlseqs, "PC-Style Function Keys"). */
const FINAL_KEYS: Record<string, string> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  E: 'begin',
  F: 'end',
  H: 'home',
  Z: 'shift+tab',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
};
const NUMBER_KEYS: Record<string, string> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end',
};
const CONTROL_KEYS: Record<string, string> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\b': 'backspace',
  '\u007f': 'backspace',
  ' ': 'space',
};

/** Reads keys out of text. */
export function createKeyReader({ onInput, after }: KeyReaderOptions): KeyReader {
  let pending = '';
  let cancelTimer: (() => void) | undefined;

  function drain(): void {
    while (pending !== '') {
      const taken = takeOne(pending);
      if (taken === undefined) {
        if (pending.length > MAX_PENDING) pending = '';
        return;
      }
      pending = pending.slice(taken.length);
      if (taken.input !== undefined) onInput(taken.input);
    }
  }

  return {
    feed(text) {
      cancelTimer?.();
      cancelTimer = undefined;
      const [next] = text;
      if (pending === ESC && next !== undefined && next !== ESC && !INTRODUCERS.includes(next)) {
        // Alt and a key come in one piece: a key that comes after ESC was pressed after Escape.
        pending = '';
        onInput(ESCAPE);
      }
      pending += text;
      drain();
      if (pending === '' || pending.startsWith(ESC + PASTE_BEGIN)) return;
      const [, introducer, ...begun] = pending;
      const keys = begun.length > 0 ? [] : introducer === undefined ? [ESC] : [ESC, introducer];
      cancelTimer = after(keys.length > 0 ? ESCAPE_ALONE_MS : UNFINISHED_MS, () => {
        pending = '';
        for (const key of keys) onInput(key === ESC ? ESCAPE : plainKey(key));
      });
    },
  };
}

/** What one step of reading took: so many characters, and what they meant, if anything to us. */
interface Taken {
  length: number;
  input?: Input;
}

/** The first thing in `text`; `undefined` when more has to come. */
function takeOne(text: string): Taken | undefined {
  if (text[0] === ESC) return takeEscape(text);
  const [character = ''] = text;
  return { length: character.length, input: plainKey(character) };
}

function plainKey(character: string): Input {
  const named = CONTROL_KEYS[character];
  if (named !== undefined) return { kind: 'key', key: named, ...(character === ' ' ? { text: ' ' } : {}) };
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) {
    const letter = String.fromCharCode(code + 0x40).toLowerCase();
    return { kind: 'key', key: `ctrl+${letter}` };
  }
  // C1 controls are no text, whoever typed them.
  if (code >= 0x80 && code < 0xa0) return { kind: 'key', key: 'unknown' };
  return { kind: 'key', key: character, text: character };
}

function takeEscape(text: string): Taken | undefined {
  const second = text[1];
  if (second === undefined) return undefined;
  switch (second) {
    case '[':
      return takeControlSequence(text);
    case 'O':
      return takeSingleShift(text);
    case ']':
    case 'P':
    case '^':
    case '_':
    case 'X':
      return takeString(text);
    case ESC:
      return { length: 1, input: ESCAPE };
    default: {
      const [character = ''] = text.slice(1);
      const key = plainKey(character);
      return {
        length: 1 + character.length,
        input: { kind: 'key', key: `alt+${key.kind === 'key' ? key.key : ''}` },
      };
    }
  }
}

/** CSI: parameters, intermediates, a final character (ECMA-48, 5.4). */
function takeControlSequence(text: string): Taken | undefined {
  if (text.startsWith(`${ESC}[M`)) {
    // The mouse report of old: three characters of any kind. It is read past.
    return text.length < 6 ? undefined : { length: 6 };
  }
  const match = /^\u001b\[([0-?]*)([ -/]*)([@-~])/.exec(text);
  if (match === null) {
    // Something that cannot belong to a sequence has come: what was there is no key.
    const broken = /^\u001b\[[0-?]*[ -/]*(?=[^ -~])/.exec(text);
    return broken === null ? undefined : { length: broken[0].length };
  }
  const [whole, parameters = '', intermediates = '', final = ''] = match;
  if (parameters + final === PASTE_START) return takePaste(text, whole.length);
  if (parameters.startsWith('<') && (final === 'M' || final === 'm')) {
    return { length: whole.length, ...mouseInput(parameters, final) };
  }
  if (parameters.startsWith('?') && final === 'c' && intermediates === '') {
    const codes = parameters.slice(1).split(';').map(Number);
    return { length: whole.length, input: { kind: 'attributes', codes } };
  }
  // Other replies of the terminal: positions, modes, focus.
  if (intermediates !== '' || /^[<=>?]/.test(parameters)) return { length: whole.length };
  return { length: whole.length, ...keyInput(parameters, final) };
}

function takePaste(text: string, start: number): Taken | undefined {
  const end = text.indexOf(PASTE_END, start);
  if (end < 0) return undefined;
  return { length: end + PASTE_END.length, input: { kind: 'paste', text: text.slice(start, end) } };
}

function mouseInput(parameters: string, final: string): Pick<Taken, 'input'> {
  const [button, column, line] = parameters.slice(1).split(';').map(Number);
  if (button === undefined || column === undefined || line === undefined) return {};
  return {
    input: { kind: 'mouse', button, column: column - 1, line: line - 1, released: final === 'm' },
  };
}

function keyInput(parameters: string, final: string): Pick<Taken, 'input'> {
  const [first = '', modifiers = ''] = parameters.split(';');
  const name = final === '~' ? NUMBER_KEYS[first] : FINAL_KEYS[final];
  // `CSI 1;5 R` would be F3 with Ctrl, but `CSI line;column R` is the reply to a question for the position.
  if (name === undefined || (final === 'R' && parameters !== '')) return {};
  return { input: { kind: 'key', key: modifierPrefix(Number(modifiers || '1')) + name } };
}

/** xterm codes modifiers as 1 + shift 1 + alt 2 + ctrl 4. */
function modifierPrefix(code: number): string {
  const bits = Number.isInteger(code) && code > 0 ? code - 1 : 0;
  return `${bits & 4 ? 'ctrl+' : ''}${bits & 2 ? 'alt+' : ''}${bits & 1 ? 'shift+' : ''}`;
}

/** SS3: one character; what arrows and F1–F4 send in application mode. */
function takeSingleShift(text: string): Taken | undefined {
  const final = text[2];
  if (final === undefined) return undefined;
  const key = FINAL_KEYS[final];
  return key === undefined ? { length: 3 } : { length: 3, input: { kind: 'key', key } };
}

/** OSC, DCS, PM, APC, SOS: a reply of the terminal, ended by ST or BEL, that is read past. */
function takeString(text: string): Taken | undefined {
  const end = /\u001b\\|\u0007|\u009c/.exec(text.slice(2));
  return end === null ? undefined : { length: 2 + end.index + end[0].length };
}
