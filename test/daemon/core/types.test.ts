// Defining a type whose events other programs report already, while the log is catching up.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AuditLog } from '#src/daemon/audit/audit-log.js';
import type { Caller } from '#src/daemon/core/caller.js';
import { createTypes } from '#src/daemon/core/types.js';
import { Problem } from '#src/shared/problem.js';
import { temporaryData } from '../data/temporary-data.js';

const caller: Caller = {
  principal: { user: { id: '1', name: 'Ada', email: 'a@b', role: 'admin' }, sessionId: 's', expiresAt: 0 },
  facts: { requestId: 'r' },
};
const definition = { name: 'files', schema: { type: 'object', properties: { a: {} } } };

/** Types over a log that holds a report of a file as soon as it has caught up. */
async function overLateLog({ catchesUp }: { catchesUp: boolean }) {
  const { data } = await temporaryData();
  let size = 0;
  const audit = {
    head: () => ({ size }),
    linesAfter: async (after: number) => ({
      lines: after < size ? [{ seq: 1, json: '{}' }] : [],
      scannedThrough: size,
    }),
  } as unknown as AuditLog;
  const fresh = async () => {
    if (catchesUp) size = 1;
    return catchesUp;
  };
  return { data, types: createTypes({ data, audit, queries: { fresh } }) };
}

async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Problem) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'none';
}

test('a report that was acknowledged just before is seen', async () => {
  const { data, types } = await overLateLog({ catchesUp: true });
  assert.match(
    await refusalOf(types.define(caller, definition, false)),
    /^conflict: .*reported events of files/,
  );
  assert.is((await types.define(caller, definition, true)).answer.name, 'files');
  data.close();
});

test('while the log does not catch up nothing is defined that it could speak against', async () => {
  const { data, types } = await overLateLog({ catchesUp: false });
  assert.match(await refusalOf(types.define(caller, definition, false)), /^unavailable: .*catching up/);
  assert.is((await types.list(caller)).length, 2);
  data.close();
});

test.run();
