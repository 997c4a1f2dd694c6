// Logs of any size, made by the program's own log store in the data directory of a daemon, which can be started on
// it; and the same rows in plain tables to compare with.
import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { openSqliteLogStore } from '#src/daemon/audit/sqlite-log-store.js';
import { openCheckpointSigning } from '#src/daemon/checkpoint-keys.js';
import { dataPaths } from '#src/shared/paths.js';
import { openRawEvents } from '../baselines/raw-events.js';
import { makeHome } from './daemon-site.js';
import { eventOf } from './events.js';

/** Events of one append, as many as the logger takes at a time. */
const BATCH = 1_000;

/** Opens the log of `home` for appending. */
export function openStore(home) {
  const paths = dataPaths({ WHODID_HOME: home });
  const data = new Database(paths.dataDb, { readonly: true });
  const instance = data.prepare("SELECT value FROM meta WHERE key = 'instance'").pluck().get();
  data.close();
  return openSqliteLogStore({
    file: paths.auditDb,
    ...openCheckpointSigning(paths.checkpointKeys, instance),
  });
}

/**
 * Appends the events of a log of `size`, and signs it.
 * @param {(n: number) => object} make gives the `n`th of them
 * @param {(events: object[], from: number, recordedAt: number) => void} [also] takes each batch as well
 */
async function append(store, size, make, also) {
  let head = await store.head();
  for (let from = 1; from <= size; from += BATCH) {
    const events = [];
    for (let n = from; n < from + BATCH && n <= size; n += 1) events.push(make(n));
    head = await store.append(head.size, events, null);
    also?.(events, from, head.recordedAt);
  }
  await store.sign();
}

/** Bytes of the events as compact JSON, as the API answers them. */
function answeredBytes(events, from, recordedAt) {
  const answered = events.map((event, index) => ({ seq: from + index, ...event, recordedAt }));
  return Buffer.byteLength(JSON.stringify(answered)) - answered.length - 1;
}

/**
 * Makes a data directory with a log of `size` events, and plain tables with the same rows beside it.
 * @param {number} size
 * @param {{ eventOf?: (n: number) => object }} [options] what the events are, if not those of events.js
 * @returns {Promise<{ home: string, file: string, size: number, jsonBytes: number, fileBytes: number, raw: ReturnType<typeof openRawEvents>, remove(): void }>}
 */
export async function makeLog(size, options = {}) {
  const make = options.eventOf ?? (n => eventOf(n, size));
  const { home, remove } = await makeHome();
  const file = dataPaths({ WHODID_HOME: home }).auditDb;
  const store = openStore(home);
  const raw = openRawEvents(`${home}/../raw.db`);
  let jsonBytes = 0;
  await append(store, size, make, (events, from, recordedAt) => {
    raw.insertBatch(events);
    jsonBytes += answeredBytes(events, from, recordedAt);
  });
  store.close();
  return {
    home,
    file,
    size,
    jsonBytes,
    fileBytes: statSync(file).size,
    raw,
    remove() {
      raw.close();
      remove();
    },
  };
}

/**
 * Makes a data directory with a log of `size` events and nothing to compare it with, in half the time.
 * @param {number} size
 * @returns {Promise<{ home: string, size: number, remove(): void }>}
 */
export async function makeLogAlone(size) {
  const { home, remove } = await makeHome();
  const store = openStore(home);
  await append(store, size, n => eventOf(n, size));
  store.close();
  return { home, size, remove };
}
