// The first contents of data.db: its identity and the first administrator, as `whodid init` makes them.

import { SYSTEM } from './actor.js';
import { openDataLayer } from './data-layer.js';
import { createDataDatabase } from './database.js';
import type { RecordBody } from './record-type.js';

export interface InitialData {
  /** Path of data.db; it must not exist. */
  dataFile: string;
  /** The directory that it lies in. */
  directory: string;
  /** The id of this installation. */
  instance: string;
  admin: { name: string; email: string; passwordHash: string };
  now(): number;
}

/** Creates data.db with the first administrator, recorded as made by `system:init`. @throws Problem for invalid fields. */
export async function initializeData({
  dataFile,
  directory,
  instance,
  admin,
  now,
}: InitialData): Promise<void> {
  createDataDatabase(dataFile, instance);
  const data = await openDataLayer({
    file: dataFile,
    directory,
    backlogLimit: Number.POSITIVE_INFINITY,
    minFreeBytes: 0,
    views: 'durable',
    now,
    monotonic: () => performance.now(),
    log: { info: () => undefined, error: () => undefined },
  });
  try {
    const init = data.as(SYSTEM.init);
    const { type } = await init.types.find('users');
    const body: RecordBody = { name: admin.name, email: admin.email, role: 'admin' };
    const { id } = await init.records.create(type, body, { minimal: true });
    await init.users.setPassword({ id, name: admin.name }, admin.passwordHash);
  } finally {
    data.close();
  }
}
