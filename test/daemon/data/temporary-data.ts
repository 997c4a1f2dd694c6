// A data layer of a test's own, with one administrator and nothing left to store.
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { type DataLayer, type DataLayerOptions, openDataLayer } from '#src/daemon/data/data-layer.js';
import { initializeData } from '#src/daemon/data/init-data.js';
import { temporaryDirectory } from '../temporary-directory.js';

export interface TemporaryData {
  /** Path of data.db. */
  file: string;
  data: DataLayer;
  /** Closes the data layer and opens it again, as after a restart. */
  reopen(): Promise<DataLayer>;
}

export async function temporaryData(options: Partial<DataLayerOptions> = {}): Promise<TemporaryData> {
  const directory = temporaryDirectory();
  const file = join(directory, 'data.db');
  const clock = { now: Date.now, monotonic: () => performance.now() };
  await initializeData({
    dataFile: file,
    directory,
    instance: 'instance',
    admin: { name: 'Ada', email: 'ada@example.com', passwordHash: 'none' },
    now: options.now ?? clock.now,
  });
  const open = () =>
    openDataLayer({
      file,
      directory,
      backlogLimit: Number.POSITIVE_INFINITY,
      minFreeBytes: 0,
      views: 'durable',
      ...clock,
      log: {
        info: () => undefined,
        error: (message, fields) => assert.unreachable(`${message} ${JSON.stringify(fields)}`),
      },
      ...options,
    });
  let data = await open();
  await data.queue.forget(data.queue.head());
  return {
    file,
    get data() {
      return data;
    },
    async reopen() {
      data.close();
      data = await open();
      return data;
    },
  };
}
