// A program that reports so many events a second, in twenty heaps, until its parent ends it.
//   node bench/tui/reporter.js URL TOKEN EVENTS_PER_SECOND
import { setTimeout as delay } from 'node:timers/promises';

const [url, token, rate] = process.argv.slice(2);
const HEAPS_A_SECOND = 20;
const heap = Number(rate) / HEAPS_A_SECOND;
const begun = performance.now();

const eventOf = n => ({
  id: `live-${begun}-${n}`,
  action: 'changed',
  timestamp: Date.now(),
  actorType: 'people',
  actorId: `u${n % 50}`,
  actorName: 'Ada Lovelace',
  targetType: 'files',
  targetId: `src/file-${n % 1000}.ts`,
  changes: { blob: { prev: `before ${n}`, next: `after ${n}` } },
  eventName: 'file.changed',
});

process.on('disconnect', () => process.exit(0));
for (let sent = 0; ; ) {
  const due = Math.floor(((performance.now() - begun) / 1000) * HEAPS_A_SECOND) * heap;
  while (sent < due) {
    const lines = Array.from({ length: heap }, (_, index) => JSON.stringify(eventOf(sent + index)));
    const answer = await fetch(`${url}/v1/audit/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
      body: lines.join('\n'),
    });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    await answer.arrayBuffer();
    sent += heap;
    process.send?.(sent);
  }
  await delay(1000 / HEAPS_A_SECOND / 2);
}
