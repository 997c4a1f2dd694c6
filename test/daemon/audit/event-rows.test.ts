import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createEventRows } from '#src/daemon/audit/event-rows.js';
import { openForReading } from '#src/daemon/sqlite.js';
import { event } from './example-events.js';
import { temporaryLog } from './temporary-log.js';

/** A log of three events, of which the second is gone. */
async function logWithAGap(removed: number) {
  const log = temporaryLog();
  await log.append(event(1), event(2, { timestamp: 5 }), event(3));
  const db = new Database(log.file);
  db.exec('DELETE FROM events WHERE seq = 2');
  db.prepare('INSERT INTO removal (id, removed, announced, announced_by, before) VALUES (1, ?, ?, 3, 0)').run(
    removed,
    removed,
  );
  db.close();
  const reading = openForReading(log.file);
  return { log, rows: createEventRows(reading), close: () => [reading.close(), log.close()] };
}

const places = (seqs: number[]) =>
  seqs.map(seq => ({ seq, timestamp: seq === 2 ? 5 : event(seq).timestamp }));

test('rows come in the order of the positions, as they are read by seq', async () => {
  const log = temporaryLog();
  await log.append(event(1), event(2, { timestamp: 5 }), event(3));
  const reading = openForReading(log.file);
  const rows = createEventRows(reading);
  assert.equal(rows.at(places([3, 1, 2])), rows.bySeqs([3, 1, 2]));
  assert.equal(
    rows.at(places([2, 3])).map(([seq]) => seq),
    [2, 3],
  );
  reading.close();
  log.close();
});

test('what was removed since it was found is left out', async () => {
  const { rows, close } = await logWithAGap(2);
  assert.equal(
    rows.at(places([3, 2, 1])).map(([seq]) => seq),
    [3, 1],
  );
  close();
});

test('an event that is missing without that is damage', async () => {
  const { rows, close } = await logWithAGap(1);
  assert.throws(() => rows.at(places([3, 2, 1])), /damaged: its index names event 2/);
  close();
});

test.run();
