// Checks a reported line as far as that is possible without the daemon: JSON, the rules of reported events, the
// types that every daemon keeps itself. Loaded for a dry run alone: the schema libraries cost more than a whole
// short command.
import { faultSentence } from '../../shared/field-faults.js';
import { reportFaults } from '../../shared/report-faults.js';
import { BUILT_IN_TYPES, RESERVED_NAMES } from '../../shared/vocabulary.js';

/** Says why a line would be refused; `undefined` when it looks right. */
export type LineCheck = (line: Buffer) => string | undefined;

const KEPT: ReadonlySet<unknown> = new Set([...BUILT_IN_TYPES, ...RESERVED_NAMES]);

/** @param clock now, in milliseconds since the Unix epoch */
export function createLineCheck(clock: () => number): LineCheck {
  const utf8 = new TextDecoder('utf-8', { fatal: true });

  return line => {
    let event: unknown;
    try {
      event = JSON.parse(utf8.decode(line));
    } catch (error) {
      return error instanceof SyntaxError ? `is not JSON: ${error.message}` : 'is not UTF-8';
    }
    const faults = reportFaults(event, clock());
    if (faults.length > 0) return faultSentence(faults).replace(/\.$/, '');
    const { targetType } = event as { targetType: unknown };
    return KEPT.has(targetType)
      ? `targetType ${targetType} is kept by the daemon, which records what happens to it itself`
      : undefined;
  };
}
