// The tree over the events, computed from the events themselves and compared with what the logger keeps of it.
import { createStoredEvents, leafOf } from '#src/daemon/audit/stored-event.js';
import { createTermReader } from '#src/daemon/audit/term-reader.js';
import type { Sqlite } from '#src/daemon/sqlite.js';
import { EMPTY_ROOT } from '#src/shared/log/merkle-hash.js';
import { edgeAt, grow, rootOf, type TreeEdge } from '#src/shared/log/tiles.js';

const SLICE = 1_000;

/** Goes on from where the last look ended: an event that was altered since makes every later root another one. */
export function createTreeCheck() {
  const edge: TreeEdge = edgeAt(0, () => EMPTY_ROOT);

  return {
    /** @param audit open for reading */
    faults(audit: Sqlite): string[] {
      return audit.transaction(() => {
        const head = audit
          .prepare<[], { size: number; root: Buffer }>('SELECT size, root FROM head')
          .get() ?? { size: 0, root: Buffer.alloc(0) };
        const events = createStoredEvents(audit, createTermReader(audit));
        for (;;) {
          const some = events(edge.size, SLICE);
          for (const event of some) grow(edge, leafOf(event), () => undefined);
          if (some.length < SLICE) break;
        }
        if (edge.size !== head.size) return [`${edge.size} events are there, and the head says ${head.size}`];
        const root = rootOf(edge) ?? EMPTY_ROOT;
        return head.root.equals(root) ? [] : [`the tree of ${head.size} events has another root`];
      })();
    },
  };
}
