import type { ServerResponse } from 'node:http';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DataEvent } from '#src/shared/data-event.js';
import type { Problem } from '#src/shared/problem.js';
import { event } from '../cli/events.js';
import { type FakeDaemon, fakeDaemon, type Handler, problemReply } from '../cli/fake-daemon.js';

const daemons: FakeDaemon[] = [];
test.after(async () => {
  await Promise.all(daemons.map(daemon => daemon.close()));
});
async function daemonThat(handler: Handler): Promise<FakeDaemon> {
  const daemon = await fakeDaemon(handler);
  daemons.push(daemon);
  return daemon;
}

const eventText = (seq: number) => `id: ${seq}\ndata: ${JSON.stringify(event({ seq }))}\n\n`;
const heartbeat = (storedSeq: number) => `event: heartbeat\ndata: ${JSON.stringify({ storedSeq })}\n\n`;
function stream(response: ServerResponse): ServerResponse {
  return response.writeHead(200, { 'content-type': 'text/event-stream' });
}

/** The first `count` events' `seq`. */
async function take(events: AsyncIterable<DataEvent>, count: number): Promise<number[]> {
  const seen: number[] = [];
  for await (const { seq } of events) {
    seen.push(seq);
    if (seen.length === count) break;
  }
  return seen;
}

test('events come as they are stored, with the filters of the query', async () => {
  const daemon = await daemonThat((_asked, response) => {
    stream(response).write(heartbeat(4) + eventText(5));
    // An event can arrive in pieces.
    const text = eventText(6);
    response.write(text.slice(0, 40));
    setImmediate(() => response.write(text.slice(40)));
    return undefined;
  });
  const events = daemon
    .client()
    .audit.follow({ include: { target: ['notes:17'] }, exclude: { action: ['viewed'] } });
  assert.equal(await take(events, 2), [5, 6]);
  const [asked] = daemon.asked;
  assert.is(asked?.path, '/v1/audit/stream');
  assert.is(asked?.query.toString(), 'target=notes%3A17&not=action%3Aviewed');
  assert.is(asked?.headers['last-event-id'], undefined);
});

test('after a dropped connection it goes on behind the last event: none is lost or shown twice', async () => {
  let connections = 0;
  const daemon = await daemonThat(({ headers }, response) => {
    connections += 1;
    const from = Number(headers['last-event-id'] ?? 10);
    stream(response).write(heartbeat(from));
    // A daemon that repeats itself does not make the client repeat itself.
    response.write(eventText(from) + eventText(from + 1));
    response.write(eventText(from + 2), () => response.destroy());
    return undefined;
  });
  const lost: number[] = [];
  const events = daemon.client().audit.follow({}, { onLost: waitMs => lost.push(waitMs) });
  assert.equal(await take(events, 6), [11, 12, 13, 14, 15, 16]);
  assert.is(connections, 3);
  assert.equal(lost, [250, 250]);
});

test('a heartbeat moves the place to resume from, so that nothing is missed before the first event', async () => {
  const daemon = await daemonThat(({ headers }, response) => {
    stream(response);
    if (headers['last-event-id'] === undefined) response.write(heartbeat(41), () => response.destroy());
    else response.write(eventText(Number(headers['last-event-id']) + 1));
    return undefined;
  });
  assert.equal(await take(daemon.client().audit.follow({}), 1), [42]);
  assert.is(daemon.asked[1]?.headers['last-event-id'], '41');
});

test('it can begin at a place in the log', async () => {
  const daemon = await daemonThat((_asked, response) => {
    stream(response).write(eventText(1));
    return undefined;
  });
  await take(daemon.client().audit.follow({}, { afterSeq: 0 }), 1);
  assert.is(daemon.asked[0]?.headers['last-event-id'], '0');
});

test('a daemon that is not there at first is an error, later it is waited for', async () => {
  let tries = 0;
  const daemon = await daemonThat((_asked, response) => {
    tries += 1;
    if (tries === 2) return problemReply(503, 'unavailable', 'Not yet.');
    stream(response).write(eventText(tries), () => tries === 1 && response.destroy());
    return undefined;
  });
  assert.equal(await take(daemon.client().audit.follow({}), 2), [1, 3]);

  const refusing = await daemonThat(() => problemReply(503, 'unavailable', 'Not now.'));
  try {
    await take(refusing.client().audit.follow({}), 1);
    assert.unreachable();
  } catch (error) {
    assert.is((error as Problem).message, 'Not now.');
  }
});

test('a refusal that waiting cannot mend ends it', async () => {
  const daemon = await daemonThat(({ headers }, response) => {
    if (headers['last-event-id'] !== undefined) return problemReply(403, 'forbidden', 'Not any more.');
    stream(response).write(eventText(1), () => response.destroy());
    return undefined;
  });
  try {
    await take(daemon.client().audit.follow({}), 2);
    assert.unreachable();
  } catch (error) {
    assert.is((error as Problem).code, 'forbidden');
  }
});

test('aborting ends it without an error, connected or waiting', async () => {
  const daemon = await daemonThat((_asked, response) => {
    stream(response).write(eventText(1));
    return undefined;
  });
  const connected = new AbortController();
  const seen: number[] = [];
  for await (const { seq } of daemon.client().audit.follow({}, { signal: connected.signal })) {
    seen.push(seq);
    connected.abort();
  }
  assert.equal(seen, [1]);

  const waiting = new AbortController();
  const dropping = await daemonThat((_asked, response) => {
    stream(response).write(eventText(1), () => response.destroy());
    return undefined;
  });
  const started = Date.now();
  const events = dropping
    .client()
    .audit.follow({}, { signal: waiting.signal, onLost: () => waiting.abort() });
  assert.equal(await take(events, 5), [1]);
  assert.ok(Date.now() - started < 250, 'did not wait for the next try');
});

test.run();
