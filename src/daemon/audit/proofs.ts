// Proofs from the log's tree, against its newest checkpoint. What they prove is checked in shared/log/event-proof.ts.
import type { EventProof, GrowthProof } from '../../shared/api.js';
import { consistencyProof, inclusionProof } from '../../shared/log/merkle-tree.js';
import { subtreesOf } from '../../shared/log/tiles.js';
import type { LogView } from './log-view.js';
import { createStoredEvents, provedSalts } from './stored-event.js';
import { createTileReader } from './tile-reader.js';

export interface Proofs {
  /** The newest checkpoint. */
  checkpoint(): string | undefined;
  /** `null` for an event that the checkpoint does not cover. */
  ofEvent(id: string): EventProof | null;
  /** `null` for a size that the checkpoint has not reached. */
  ofGrowth(from: number): GrowthProof | null;
}

export function createProofs({ db, terms, events }: LogView): Proofs {
  const read = db.prepare<[], { size: number; note: string }>('SELECT size, note FROM checkpoint');
  const subtrees = subtreesOf(createTileReader(db));
  const stored = createStoredEvents(db, terms);
  const texts = (hashes: Uint8Array[]) => hashes.map(hash => Buffer.from(hash).toString('base64'));

  return {
    checkpoint: () => read.get()?.note,
    ofEvent(id) {
      const checkpoint = read.get();
      const [seq] = events.byId(id) ?? [];
      if (checkpoint === undefined || seq === undefined || seq > checkpoint.size) return null;
      const [{ event, salts }] = stored(seq - 1, 1) as [ReturnType<typeof stored>[number]];
      return {
        event,
        ...provedSalts(salts),
        hashes: texts(inclusionProof(seq - 1, checkpoint.size, subtrees)),
        checkpoint: checkpoint.note,
      };
    },
    ofGrowth(from) {
      const checkpoint = read.get();
      if (checkpoint === undefined || from > checkpoint.size) return null;
      const hashes = texts(consistencyProof(from, checkpoint.size, subtrees));
      return { from, hashes, checkpoint: checkpoint.note };
    },
  };
}
