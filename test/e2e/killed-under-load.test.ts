// The daemon is killed with SIGKILL at random moments under concurrent load; afterwards the log holds exactly
// what was acknowledged: nothing lost, nothing doubled, no gap, no broken chain.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { daemonProcess } from './daemon-process.js';
import { logFaults, randomFrom, startLoad, wholeLog } from './load.js';

const KILLS = Number(process.env.WHODID_TEST_KILLS ?? 100);
const CLIENTS = 16;
const SEED = Number(process.env.WHODID_TEST_SEED ?? Date.now() % 1_000_000);

test(`${KILLS} kills under ${CLIENTS} clients (seed ${SEED})`, async () => {
  process.stdout.write(`seed ${SEED} `);
  const random = randomFrom(SEED);
  const it = await daemonProcess();
  const acknowledged = new Set<string>();
  const viewed = new Map<string, number>();
  const notes: string[] = [];
  let sent = 0;
  try {
    await it.start();
    const accessToken = await it.login();
    for (let kill = 0; kill < KILLS; kill += 1) {
      const load = startLoad(it.url, accessToken, CLIENTS, random, notes);
      const moment = 20 + random() * 150;
      await new Promise(resolve => setTimeout(resolve, moment));
      await it.kill('SIGKILL');
      await load.stop();
      for (const id of load.acknowledged) acknowledged.add(id);
      for (const [id, count] of load.viewed) viewed.set(id, (viewed.get(id) ?? 0) + count);
      sent += load.sent;
      await it.start();
    }
    const events = await wholeLog(it.url, accessToken);
    assert.equal(logFaults(events), []);
    const ids = new Set(events.map(({ id }) => id));
    const lost = [...acknowledged].filter(id => !ids.has(id));
    assert.equal(lost, [], `of ${acknowledged.size} acknowledged events`);
    const views = new Map<string, number>();
    const requests = new Set<string>();
    for (const event of events) {
      if (event.targetType !== 'notes') continue;
      requests.add(event.requestId!);
      if (event.action === 'viewed') views.set(event.targetId, (views.get(event.targetId) ?? 0) + 1);
    }
    for (const [id, count] of viewed) {
      assert.ok(
        (views.get(id) ?? 0) >= count,
        `${count} answered reads of note ${id} have ${views.get(id)} views`,
      );
    }
    assert.ok(requests.size <= sent, `${requests.size} requests have events, ${sent} were sent`);
    assert.ok(acknowledged.size > KILLS, 'the load really worked');
    process.stdout.write(`${events.length} events, ${acknowledged.size} acknowledged, ${sent} requests `);
  } finally {
    await it.discard();
  }
});

test.run();
