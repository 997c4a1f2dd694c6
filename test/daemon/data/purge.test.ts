// A type with many records is purged in parts; between two of them everything is as true as ever.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openDataLayer } from '#src/daemon/data/data-layer.js';
import { PURGE_RECORDS } from '#src/daemon/data/records.js';
import type { PendingEvent } from '#src/shared/data-event.js';
import { temporaryDirectory } from '../temporary-directory.js';
import { temporaryData } from './temporary-data.js';

const SCHEMA = {
  type: 'object',
  properties: { name: { type: 'string', 'x-whodid': { unique: true } } },
};
const ADA = { type: 'users', id: '1' };
const RECORDS = PURGE_RECORDS * 2 + 5;

async function withMany() {
  const it = await temporaryData();
  const ada = it.data.as(ADA);
  const { type } = await ada.types.define({ name: 'bins', schema: SCHEMA });
  await Promise.all(
    Array.from({ length: RECORDS }, (_, n) =>
      ada.records.create(type, { name: String(n) }, { minimal: true }),
    ),
  );
  await it.data.queue.forget(it.data.queue.head());
  return { ...it, data: it.data };
}

const names = (events: Iterable<PendingEvent>) => [...events].map(({ eventName }) => eventName);

test('it is several commits, each record has its event, and the type goes with the last', async () => {
  const { data } = await withMany();
  let commits = 0;
  data.onCommitted(() => {
    commits += 1;
  });
  const ada = data.as(ADA);
  assert.is(await ada.types.delete('bins', true), RECORDS);
  assert.is(commits, 3);
  const events = [...data.queue.pending()];
  assert.is(events.filter(({ eventName }) => eventName === 'bins.deleted').length, RECORDS);
  assert.is(events.at(-1)?.eventName, 'type.deleted');
  assert.is(new Set(events.map(({ targetId }) => targetId)).size, RECORDS + 1);
  assert.equal(
    ada.eventIds,
    events.slice(0, 1_000).map(({ id }) => id),
  );
  data.close();
});

test('a crash in the middle leaves the type with the rest, which a second purge takes', async () => {
  const { data, file } = await withMany();
  const directory = temporaryDirectory();
  const copy = join(directory, 'data.db');
  let copied = false;
  data.onCommitted(() => {
    // What a crash right after the first part would leave.
    if (copied) return;
    copied = true;
    new Database(file).exec(`VACUUM INTO '${copy}'`).close();
  });
  await data.as(ADA).types.delete('bins', true);
  data.close();

  const after = await openDataLayer({
    file: copy,
    directory,
    backlogLimit: Number.POSITIVE_INFINITY,
    minFreeBytes: 0,
    views: 'durable',
    now: Date.now,
    monotonic: () => performance.now(),
    log: { info: () => undefined, error: message => assert.unreachable(message) },
  });
  const ada = after.as(ADA);
  const { type } = await ada.types.find('bins');
  assert.is(await ada.records.find(type, String(PURGE_RECORDS)), undefined);
  assert.ok(await ada.records.find(type, String(PURGE_RECORDS + 1)));
  await after.queue.forget(after.queue.head());
  assert.is(await ada.types.delete('bins', true), RECORDS - PURGE_RECORDS);
  const left = names(after.queue.pending());
  assert.equal([left.length, left.at(-1)], [RECORDS - PURGE_RECORDS + 1, 'type.deleted']);
  after.close();
});

test('what is created while it goes on goes too', async () => {
  const { data } = await withMany();
  const ada = data.as(ADA);
  const { type } = await ada.types.find('bins');
  let late: Promise<unknown> | undefined;
  data.onCommitted(() => {
    late ??= ada.records.create(type, { name: 'late' }, { minimal: true });
  });
  assert.is(await ada.types.delete('bins', true), RECORDS + 1);
  await late;
  data.close();
});

test.run();
