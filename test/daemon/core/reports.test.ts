// Recognising repeats while the log is catching up.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { AuditLog, LogHead } from '#src/daemon/audit/audit-log.js';
import type { Caller } from '#src/daemon/core/caller.js';
import { createReports } from '#src/daemon/core/reports.js';
import type { DataLayer } from '#src/daemon/data/data-layer.js';

const caller: Caller = {
  principal: { user: { id: '1', name: 'Ada', email: 'a@b', role: 'admin' }, sessionId: 's', expiresAt: 0 },
  facts: { requestId: 'r' },
};

const EVENT = {
  action: 'created',
  timestamp: 1,
  actorType: 'a',
  actorId: '1',
  targetType: 'b',
  targetId: '2',
};

test('an event that is stored while its repeat is looked up is still a repeat', async () => {
  let appended: (head: LogHead) => void = () => undefined;
  let committed = 0;
  let storeDuringLookup = false;
  const data = {
    as: () => ({
      types: { all: async () => [] },
      report: async () => {
        committed += 1;
      },
    }),
    queue: {
      head: () => String(committed),
      covers: (stored: string | null, wanted: string) => Number(stored ?? 0) >= Number(wanted),
      pending: () => [],
    },
  } as unknown as DataLayer;
  const audit = {
    onAppended(listener: (head: LogHead) => void) {
      appended = listener;
      return () => undefined;
    },
    async eventsById() {
      if (storeDuringLookup) {
        const head = {
          size: 1,
          cursor: String(committed),
          recordedAt: 1,
          signedSize: 0,
          removed: 0,
          announced: 0,
        };
        appended(head);
      }
      return [];
    },
    removedIds: async () => [],
  } as unknown as AuditLog;
  const reports = createReports({ data, audit, secret: new Uint8Array(32), now: () => 2 });

  const send = async () => {
    const report = reports.begin(caller);
    await report.take(caller, [{ line: 1, parsed: { value: EVENT } }]);
    const { stored, repeated } = report.result();
    return [stored, repeated];
  };
  assert.equal(await send(), [1, 0]);
  storeDuringLookup = true;
  assert.equal(await send(), [0, 1]);
});

test.run();
