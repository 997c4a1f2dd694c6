// Requests come before what the logger does: on Linux its thread has a lower priority than the one that serves.
import { readdirSync } from 'node:fs';
import { getPriority } from 'node:os';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { temporaryDaemon } from './temporary-daemon.js';

/** How many threads of this process have each priority; a thread may end between being listed and being looked at. */
function priorities(): Map<number, number> {
  const counts = new Map<number, number>();
  for (const thread of readdirSync('/proc/self/task')) {
    try {
      const priority = getPriority(Number(thread));
      counts.set(priority, (counts.get(priority) ?? 0) + 1);
    } catch {}
  }
  return counts;
}

test('the logger lets requests go first, and still stores what happens', async () => {
  const usual = getPriority();
  const site = await temporaryDaemon();
  try {
    assert.is(getPriority(), usual, 'what serves keeps its priority');
    if (process.platform === 'linux') {
      const below = Math.min(usual + 5, 19);
      const counts = priorities();
      assert.is(counts.get(below), 1, 'one thread has stepped back');
      assert.equal([...counts.keys()].sort(), [usual, below].sort());
    }
    const events = await site.events('');
    assert.ok(events.length > 0);
  } finally {
    await site.stop();
  }
});

test.run();
