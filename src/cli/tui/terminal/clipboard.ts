// Text to the clipboard of whoever sits at the terminal, also through ssh: OSC 52 (xterm ctlseqs, "Manipulate
// Selection Data"), and inside tmux also wrapped for it to pass on (tmux(1), allow-passthrough).

/** Terminals take no more than about this much in one sequence. */
const MOST_BYTES = 74_994;

const ESC = '\u001b';
const BEL = '\u0007';

/** What to write; `undefined` for a text that is too long for terminals. Base64: nothing in it can be obeyed. */
export function copySequences(text: string, { tmux }: { tmux: boolean }): string | undefined {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length > MOST_BYTES) return undefined;
  const sequence = `${ESC}]52;c;${bytes.toString('base64')}${BEL}`;
  return tmux ? `${sequence}${ESC}Ptmux;${ESC}${sequence}${ESC}\\` : sequence;
}
