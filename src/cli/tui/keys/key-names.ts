// How keys are called on the screen and in the manual.

const NAMES: Record<string, string> = {
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  home: 'Home',
  end: 'End',
  enter: 'Enter',
  escape: 'Esc',
  backspace: 'Backspace',
  tab: 'Tab',
  space: 'Space',
};

/** `ctrl+b` is `^B`. */
export function keyName(key: string): string {
  if (key.startsWith('ctrl+')) return `^${key.slice('ctrl+'.length).toUpperCase()}`;
  return NAMES[key] ?? key;
}
