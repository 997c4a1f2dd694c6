// A follower who reads slowly, or not at all: what waits for them is bounded, nothing piles up, and they are let go.
import { Writable } from 'node:stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { follow } from '#src/daemon/http/follow.js';

/** A connection whose other end takes a write only when told. */
function slowConnection() {
  const taken: (() => void)[] = [];
  const stream = new Writable({
    highWaterMark: 1_000,
    write(_chunk, _encoding, done) {
      taken.push(done);
    },
  });
  return {
    stream,
    /** Takes everything that waits. */
    async take() {
      let drained = false;
      stream.once('drain', () => {
        drained = true;
      });
      while (!drained) {
        taken.shift()?.();
        await new Promise(resolve => setImmediate(resolve));
      }
    },
  };
}

/** A log of large events without end, which counts how often it is read. */
function endlessFeed() {
  const feed = {
    reads: 0,
    size: () => Number.MAX_SAFE_INTEGER,
    onAppended: () => () => undefined,
    async next(position: number) {
      feed.reads += 1;
      const seq = position + 1;
      return { lines: [{ seq, json: JSON.stringify('x'.repeat(5_000)) }], scannedThrough: seq };
    },
  };
  return feed;
}

test('the log is read no faster than the follower reads, and no listeners pile up', async () => {
  const { stream, take } = slowConnection();
  const feed = endlessFeed();
  const following = follow({ response: stream, feed, begin: 0, stillWelcome: async () => undefined });
  await take();
  const listeners = stream.listenerCount('close');
  for (let n = 0; n < 50; n += 1) await take();
  assert.ok(feed.reads <= 53, `${feed.reads} readings`);
  assert.ok(stream.listenerCount('close') <= listeners, `${stream.listenerCount('close')} listeners`);
  assert.ok(stream.writableLength < 12_000, `${stream.writableLength} bytes wait`);
  stream.destroy();
  await following;
  assert.is(stream.listenerCount('drain'), 0);
});

test('who takes nothing is let go', async () => {
  const { stream } = slowConnection();
  await follow({
    response: stream,
    feed: endlessFeed(),
    begin: 0,
    stillWelcome: async () => undefined,
    stalledMs: 1,
  });
  assert.is(stream.destroyed, true);
});

test('a stream that the daemon ends while the log is read gets no more', async () => {
  const { stream } = slowConnection();
  const faults: Error[] = [];
  stream.on('error', error => faults.push(error));
  const feed = {
    ...endlessFeed(),
    async next() {
      stream.end();
      return { lines: [{ seq: 1, json: '{}' }], scannedThrough: 1 };
    },
  };
  await follow({ response: stream, feed, begin: 0, stillWelcome: async () => undefined });
  await new Promise(resolve => setImmediate(resolve));
  assert.equal(faults, []);
});

test.run();
