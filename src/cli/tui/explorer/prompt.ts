// What can stand on top of everything, until it is answered or closed.
import type { Revert, RevertRequest } from '../../../shared/revert.js';
import type { AskedLine } from '../lines/asked-line.js';
import type { FormPrompt } from './form.js';

export type Prompt =
  | { what: 'help'; scroll: number }
  | ({ what: 'filter'; recalled: number | undefined } & AskedLine)
  | ({ what: 'search' } & AskedLine)
  /** Everything that can be done here, by name; or `goto TIME`. */
  | ({ what: 'palette'; choice: number } & AskedLine)
  | ({ what: 'password'; email: string; busy: boolean } & AskedLine)
  /** What is to be copied. */
  | { what: 'copy'; choice: number }
  /** Under which digit the view is kept. */
  | { what: 'save' }
  /** The file that takes what is in view; it is open until that has been begun. */
  | ({ what: 'file'; busy: boolean } & AskedLine)
  /** The type of a new record. */
  | { what: 'type'; types: readonly string[]; choice: number }
  | FormPrompt
  | Deed
  /** Why, for the log. */
  | ({ what: 'comment'; deed: Deed } & AskedLine);

/** Something that is done once it is confirmed; `comment` is why, as it is kept with the event. */
export type Deed = { comment: string } & (
  | /** What a form would save. */
  { what: 'confirm'; form: FormPrompt; busy: boolean }
  /** Deleting asks for the id. */
  | ({ what: 'delete'; type: string; id: string } & AskedLine)
  /** What undoing an event, or bringing an object back to a moment, would do. */
  | { what: 'revert'; request: RevertRequest; plan: Revert; busy: boolean }
);

/** Those in which one types. */
export type LinePrompt = Extract<Prompt, AskedLine>;
