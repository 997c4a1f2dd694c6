// Gives a log that was written before there was a tree one: a leaf for each of its events, all or nothing.
import type { Sqlite } from '../sqlite.js';
import { createSaltKeys } from './salt-keys.js';
import { createStoredEvents, leafOf } from './stored-event.js';
import { createTermReader } from './term-reader.js';
import { createTreeWriter } from './tree-writer.js';

/** Events that are read at a time. */
const SLICE = 1_000;

/** Plants the tree of the log in `db` if its head has no root. */
export function plantTree(db: Sqlite): void {
  db.transaction(() => {
    const rootless = db.prepare<[], number>('SELECT size FROM head WHERE length(root) = 0').pluck();
    const size = rootless.get();
    if (size === undefined) return;
    const setKey = db.prepare<[Buffer, number]>('UPDATE events SET salt_key = ? WHERE seq = ?');
    const events = createStoredEvents(db, createTermReader(db));
    const tree = createTreeWriter(db, 0);
    const nextSaltKey = createSaltKeys();
    for (let done = 0; done < size; ) {
      const some = events(done, SLICE);
      for (const { event } of some) {
        const saltKey = nextSaltKey();
        setKey.run(saltKey, event.seq);
        tree.append(leafOf({ event, salts: saltKey.toString('hex') }));
        done = event.seq;
      }
      if (some.length === 0) throw new Error(`audit.db is damaged: it ends before event ${size}.`);
    }
    tree.flush();
    db.prepare<[Uint8Array]>('UPDATE head SET root = ?').run(tree.root());
  }).immediate();
}
