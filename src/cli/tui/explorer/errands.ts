// What the explorer asks of the world outside its state: the show does each once, and tells what came of it.
import type { AuditFilter } from '../../../shared/audit-filter.js';
import type { ObjectRef } from '../../../shared/object-ref.js';
import type { RevertRequest } from '../../../shared/revert.js';
import type { TerminalErrand } from '../show.js';

/** A text that can be taken out. */
export interface Copyable {
  /** In the menu, and in the sentence that says it was copied. */
  name: string;
  text: string;
  /** What it is, where it is shown other than a line of text. */
  as?: 'json' | 'command';
}

/** Those of them that are not for the terminal itself. */
export type OutsideErrand =
  | { what: 'login'; password: string }
  /** To the terminal's clipboard; `name` is how the sentence calls it that says so. */
  | ({ what: 'copy' } & Copyable)
  /** Every event of a filter to a file. */
  | { what: 'export'; file: string; filter: AuditFilter }
  | { what: 'stop-export' }
  /** Of which types there can be records. */
  | { what: 'ask-types' }
  /** The type is asked for, and a form for a new record of it is opened. */
  | { what: 'new-form'; type: string }
  /** The record is read as it is (which is recorded), and a form for it is opened. */
  | { what: 'edit-form'; target: ObjectRef }
  | {
      what: 'save';
      target: ObjectRef | { type: string; id: undefined };
      body: object;
      etag: string | undefined;
      comment: string;
    }
  | { what: 'delete'; target: ObjectRef; comment: string }
  /** What undoing would do is asked for. */
  | { what: 'preview-revert'; request: RevertRequest }
  | { what: 'revert'; request: RevertRequest; etag: string | undefined; comment: string }
  | { what: 'mouse'; on: boolean };

export type Errand = OutsideErrand | TerminalErrand;
