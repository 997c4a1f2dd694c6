// A log of a test's own, with its writer and a reader.
import { join } from 'node:path';
import type { EventQuery } from '#src/daemon/audit/audit-log.js';
import type { LogReader, LogStore } from '#src/daemon/audit/log-store.js';
import { openSqliteLogReader } from '#src/daemon/audit/sqlite-log-reader.js';
import { openSqliteLogStore } from '#src/daemon/audit/sqlite-log-store.js';
import { EVERYTHING } from '#src/shared/audit-filter.js';
import type { DataEvent, PendingEvent } from '#src/shared/data-event.js';
import { signRotation } from '#src/shared/log/key-rotation.js';
import type { NoteSigner } from '#src/shared/log/signed-note.js';
import { temporaryDirectory } from '../temporary-directory.js';
import { testSigner } from './test-signer.js';

export interface TemporaryLog {
  file: string;
  /** What signs, and how it came to be. */
  signer: NoteSigner;
  rotations: string[];
  /** Signs with another key from now on, for which the one before vouches. */
  rotate(): Promise<void>;
  store: LogStore;
  reader: LogReader;
  /** Appends to wherever the log is. */
  append(...events: PendingEvent[]): Promise<void>;
  page(query: Partial<EventQuery>): Promise<ReadPage>;
  close(): void;
}

export interface ReadPage {
  events: DataEvent[];
  seqs: number[];
  next: string | null;
  prev: string | null;
}

export function temporaryLog(clock?: () => number, signer = testSigner()): TemporaryLog {
  const file = join(temporaryDirectory(), 'audit.db');
  const store = openSqliteLogStore({ file, signer, ...(clock === undefined ? {} : { clock }) });
  const reader = openSqliteLogReader(file);
  return {
    file,
    signer,
    rotations: [],
    async rotate() {
      const next = testSigner(this.signer.verifier.name);
      this.rotations.push(signRotation(this.signer, next));
      this.signer = next;
      await store.adopt({ signer: next, rotations: this.rotations });
      await store.sign();
    },
    store,
    reader,
    async append(...events) {
      const { size, cursor } = await store.head();
      await store.append(size, events, cursor);
    },
    async page(query) {
      const page = await reader.page({
        filter: EVERYTHING,
        order: 'desc',
        limit: 50,
        withContext: true,
        ...query,
      });
      const events = JSON.parse(new TextDecoder().decode(page.data)) as DataEvent[];
      return { events, seqs: events.map(({ seq }) => seq), next: page.next, prev: page.prev };
    },
    close() {
      reader.close();
      store.close();
    },
  };
}
