// Doctor's check of the records themselves: that each is what the log says it is, and that nobody can have written
// around the data layer unnoticed.
import { compareRecords, type RecordDifference } from '../agreement/record-differences.js';
import { unguardedChanges } from '../data/guard.js';
import { openForReading } from '../sqlite.js';
import type { Finding, Patient } from './doctor.js';

/** Most differences that are named. */
const SHOWN = 3;

export async function checkRecords({ paths }: Patient): Promise<Finding> {
  const data = openForReading(paths.dataDb);
  try {
    const audit = openForReading(paths.auditDb);
    try {
      const { differences, found, records } = await compareRecords({ data, audit }, SHOWN);
      if (found > 0) {
        const shown = differences.map(inWords).join('; ');
        const more = found > SHOWN ? ` (and ${found - SHOWN} more)` : '';
        return {
          status: 'fail',
          detail: `not as the log has them: ${shown}${more}`,
          advice:
            'Somebody wrote to data.db around the daemon. Set it right by hand, or stop the daemon and tell the log with ' +
            '`whodid doctor --repair records`.',
        };
      }
      const [open] = unguardedChanges(data);
      if (open !== undefined) {
        return {
          status: 'warn',
          detail: `${records} as the log has them, but the table ${open.table} is open to writers other than the daemon`,
          advice: 'The next start of the daemon guards it again.',
        };
      }
      return { status: 'ok', detail: `${records} as the log has them` };
    } finally {
      audit.close();
    }
  } finally {
    data.close();
  }
}

function inWords({ type, id, kind, changes }: RecordDifference): string {
  if (kind === 'unknown') return `${type} ${id} is not in the log`;
  if (kind === 'gone') return `${type} ${id} is in the log and not in data.db`;
  return `${type} ${id} (${Object.keys(changes).join(', ')})`;
}
