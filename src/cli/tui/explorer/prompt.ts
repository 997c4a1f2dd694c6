// What can stand on top of everything, until it is answered or closed.
import type { LineFault } from '../lines/filter-prompt.js';
import type { LineInput } from '../lines/line-input.js';

interface Typed {
  line: LineInput;
  fault: LineFault | undefined;
}

export type Prompt =
  | { what: 'help'; scroll: number }
  | ({ what: 'filter'; recalled: number | undefined } & Typed)
  | ({ what: 'search' } & Typed)
  | ({ what: 'password'; email: string; busy: boolean } & Typed);
