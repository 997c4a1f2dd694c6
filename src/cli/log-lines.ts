// Lines of a log that is rotated by size (`x.log`, `x.log.1` …): the last ones, and those that come.
import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync, statSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { StringDecoder } from 'node:string_decoder';

const CHUNK_BYTES = 65_536;

/**
 * The last `count` lines over all files, oldest first; an older file is read when it is needed.
 * @param from the number of the newest file to read: 0 for the one that is being written
 */
export function lastLines(file: string, count: number, from = 0): string[] {
  let lines: string[] = [];
  for (let n = from; lines.length < count; n++) {
    const part = n === 0 ? file : `${file}.${n}`;
    if (!existsSync(part)) break;
    lines = [...readFileSync(part, 'utf8').split('\n').slice(0, -1), ...lines];
  }
  return count === 0 ? [] : lines.slice(-count);
}

/** The last `count` lines, then each line as it is written, until `signal` is aborted. */
export async function* followLines(file: string, count: number, signal: AbortSignal): AsyncGenerator<string> {
  let wake = () => {};
  const watcher = watch(dirname(file), () => wake());
  signal.addEventListener('abort', () => wake(), { once: true });
  let tail = existsSync(file) ? openTail(file) : null;
  try {
    // What the newest file holds comes through its tail, so that nothing is shown twice or missed in between.
    const newest = tail?.read() ?? [];
    yield* [...lastLines(file, Math.max(0, count - newest.length), 1), ...newest.slice(-count)];
    while (!signal.aborted) {
      // Made before reading: a line that is written meanwhile wakes the next turn.
      const woken = new Promise<void>(resolve => {
        wake = resolve;
      });
      const replaced = statSync(file, { throwIfNoEntry: false })?.ino;
      yield* tail?.read() ?? [];
      if (replaced !== undefined && replaced !== tail?.inode) {
        tail?.close();
        tail = openTail(file);
      } else {
        await woken;
      }
    }
  } finally {
    watcher.close();
    tail?.close();
  }
}

/** An open file whose lines are read as it grows; goes on in the same file after that is renamed. */
function openTail(file: string) {
  const descriptor = openSync(file, 'r');
  const chunk = Buffer.alloc(CHUNK_BYTES);
  const decoder = new StringDecoder('utf8');
  let unfinished = '';
  return {
    inode: fstatSync(descriptor).ino,
    /** The lines that were completed since the last call. */
    read(): string[] {
      let text = unfinished;
      for (let n = readSync(descriptor, chunk); n > 0; n = readSync(descriptor, chunk)) {
        text += decoder.write(chunk.subarray(0, n));
      }
      const lines = text.split('\n');
      unfinished = lines.pop()!;
      return lines;
    },
    close: () => closeSync(descriptor),
  };
}
