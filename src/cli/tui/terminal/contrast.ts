// Lines for eyes that need contrast: nothing faint and no colours, which can be hard to tell from their background;
// bold, underline and reverse video stay.

const FAINT_OR_COLOUR = /\u001b\[(?:2|3[0-7]|39)m/g;

export function highContrast(line: string): string {
  return line.replaceAll(FAINT_OR_COLOUR, '');
}
