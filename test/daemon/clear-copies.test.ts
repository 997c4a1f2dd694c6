// Who lets go of copies of what was erased, and how: at once, again if it failed, and lightly if nobody asked for it.
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ErasureProgress } from '#src/daemon/audit/erasure/order.js';
import { startClearingCopies } from '#src/daemon/clear-copies.js';

const PROGRESS: ErasureProgress = {
  id: 'e',
  phase: 'erased',
  events: 1,
  values: 1,
  eventIds: [],
  answers: { targets: ['users:2'], actors: [] },
};

test('the file is written anew for a request, and for what goes by its age only what is copied', async () => {
  const asked: unknown[][] = [];
  const cleared: string[] = [];
  let tell: (progress: ErasureProgress) => void = () => undefined;
  const stop = startClearingCopies({
    data: { forgetCopies: async (...args) => void asked.push(args) },
    audit: {
      onErasure(listener) {
        tell = listener;
        return () => undefined;
      },
      erasureCleared: id => void cleared.push(id),
    },
    log: { error: message => assert.unreachable(message) },
  });
  tell({ ...PROGRESS, phase: 'tidying' });
  tell(PROGRESS);
  tell(PROGRESS);
  tell({ ...PROGRESS, id: 'rule', ofAge: true, answers: { targets: [], actors: [] } });
  await turn();
  stop();
  assert.equal(asked, [
    [PROGRESS.answers, 'everything'],
    [{ targets: [], actors: [] }, 'copies'],
  ]);
  assert.equal(cleared, ['e', 'rule']);
});

test.run();
