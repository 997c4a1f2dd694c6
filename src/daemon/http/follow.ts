// Writes the log to one follower, as fast as they read: what they have not taken yet is one reading of the log, and
// who takes nothing for long is let go.
import type { Writable } from 'node:stream';
import type { Core } from '../core/core.js';

/** The follower's end of a connection. */
export type FollowerStream = Pick<
  Writable,
  'write' | 'end' | 'destroy' | 'destroyed' | 'writableEnded' | 'once' | 'off'
>;

export interface FollowOptions {
  response: FollowerStream;
  feed: Pick<Awaited<ReturnType<Core['audit']['follow']>>, 'next' | 'size' | 'onAppended'>;
  /** Goes on behind this `seq`. */
  begin: number;
  /** Looks at the follower's token again. @throws when they may follow no longer */
  stillWelcome(): Promise<unknown>;
  heartbeatMs?: number;
  stalledMs?: number;
}

/** How often a heartbeat is sent and the follower's token is looked at again, in milliseconds. */
const HEARTBEAT_MS = 5_000;

/** How long a follower may take nothing of what is written, in milliseconds. */
const STALLED_MS = 60_000;

/** Most events read for one write; the log gives fewer if they are large. */
const CHUNK = 200;

/** Writes what comes until the follower goes away, stalls, or may follow no longer. */
export async function follow(options: FollowOptions): Promise<void> {
  const { response, feed, stillWelcome, heartbeatMs = HEARTBEAT_MS, stalledMs = STALLED_MS } = options;
  let position = options.begin;
  let wake = () => {};
  let more = true;
  let beat = false;
  const isOver = () => response.destroyed || response.writableEnded;
  const wakeUp = () => wake();
  const stop = feed.onAppended(() => {
    more = true;
    wake();
  });
  const heartbeat = setInterval(() => {
    beat = true;
    wake();
  }, heartbeatMs);
  response.once('close', wakeUp);

  async function write(text: string): Promise<void> {
    // The daemon may have ended the stream while the log was being read.
    if (isOver() || response.write(text) || isOver()) return;
    await drained(response, stalledMs);
  }

  try {
    await write(heartbeatText(position));
    while (!isOver()) {
      await stillWelcome();
      if (more) {
        more = false;
        while (position < feed.size() && !isOver()) {
          const { lines, scannedThrough } = await feed.next(position, CHUNK);
          position = scannedThrough;
          const text = lines.map(({ seq, json }) => `id: ${seq}\ndata: ${json}\n\n`).join('');
          if (text !== '') await write(text);
        }
      }
      if (beat) {
        beat = false;
        await write(heartbeatText(position));
      }
      if (more || isOver()) continue;
      await new Promise<void>(resolve => {
        wake = resolve;
      });
    }
  } catch {
    // The follower's session ended, or reading failed: it is told by the end of the stream and asks again.
  } finally {
    stop();
    clearInterval(heartbeat);
    response.off('close', wakeUp);
    response.end();
  }
}

const heartbeatText = (storedSeq: number) => `event: heartbeat\ndata: {"storedSeq":${storedSeq}}\n\n`;

/** Resolves when `response` takes more, or is over; one that takes nothing for `stalledMs` is cut off. */
function drained(response: FollowerStream, stalledMs: number): Promise<void> {
  return new Promise(resolve => {
    const finish = () => {
      clearTimeout(stalled);
      response.off('drain', finish);
      response.off('close', finish);
      resolve();
    };
    const stalled = setTimeout(() => {
      response.destroy();
      finish();
    }, stalledMs);
    response.once('drain', finish);
    response.once('close', finish);
  });
}
