// Options of commands that write: a condition, a key for safe repeats, a word on why.
import { type Command, Option } from 'commander';
import type { WriteOptions } from '../shared/client.js';
import { Problem } from '../shared/problem.js';

export interface WriteFlags {
  ifMatch?: string;
  idempotencyKey?: string;
  comment?: string;
}

/** Declares `--comment`, and those of `--if-match` and `--idempotency-key` that fit. */
export function addWriteOptions(command: Command, fits: { ifMatch?: true; idempotencyKey?: true }): Command {
  if (fits.ifMatch) {
    command.addOption(
      new Option('--if-match <etag>', 'only if nobody changed it since: the ETag that `get` shows'),
    );
  }
  if (fits.idempotencyKey) {
    command.addOption(
      new Option(
        '--idempotency-key <key>',
        'a word of your own; sending the same again creates nothing twice',
      ),
    );
  }
  return command.option('--comment <text>', 'why; kept with the event as context.comment');
}

/** @throws Problem `bad_request` for text that cannot travel in a header */
export function writeOptions({ ifMatch, idempotencyKey, comment }: WriteFlags): WriteOptions {
  return {
    ...(ifMatch === undefined ? {} : { ifMatch: entityTag(oneLine(ifMatch, '--if-match')) }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey: oneLine(idempotencyKey, '--idempotency-key') }),
    ...(comment === undefined ? {} : { comment: oneLine(comment, '--comment') }),
  };
}

/** An entity tag with its quotes (RFC 9110, 8.8.3), which a shell easily eats. */
function entityTag(text: string): string {
  return text === '*' || /^(?:W\/)?".*"$/.test(text) ? text : `"${text}"`;
}

function oneLine(text: string, flag: string): string {
  if (text.trim() === '' || /[\u0000-\u001f\u007f]/.test(text) || !text.isWellFormed()) {
    throw new Problem('bad_request', `${flag} takes one line of text without control characters.`);
  }
  return text;
}
