// Erasures that are under way, in audit.db: what is to be erased and how far it is, so that a restart goes on with it.
import type { Sqlite } from '../../sqlite.js';
import type { ErasureOrder, ErasurePhase } from './order.js';

/** How far an erasure is. */
export interface Standing {
  phase: Exclude<ErasurePhase, 'done' | 'failed'>;
  /** The filter that is being gone through; after the last one, events by `seq`. */
  at: number;
  /** Its events up to this `seq` are done; of events by `seq`, so many of them. */
  after: number;
  events: number;
  values: number;
  /** Strings of the log that went with them. */
  goneTerms: number;
  eventIds: string[];
}

export interface KeptOrder {
  order: ErasureOrder & { through: number };
  standing: Standing;
}

const BEGUN: Standing = {
  phase: 'erasing',
  at: 0,
  after: 0,
  events: 0,
  values: 0,
  goneTerms: 0,
  eventIds: [],
};

export function createOrderTable(db: Sqlite) {
  const insert = db.prepare<[string, string, string]>(
    'INSERT INTO erasures (id, erasure, progress) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING',
  );
  const read = db.prepare<[], { erasure: string; progress: string }>(
    'SELECT erasure, progress FROM erasures ORDER BY place',
  );
  const update = db.prepare<[string, string]>('UPDATE erasures SET progress = ? WHERE id = ?');
  const remove = db.prepare<[string]>('DELETE FROM erasures WHERE id = ?');

  return {
    add: (order: KeptOrder['order']) =>
      insert.run(order.id, JSON.stringify(order), JSON.stringify({ ...BEGUN, after: order.after ?? 0 })),
    /** What was removed from the log left strings that nobody has any more, and shreds: those are to go. */
    tidy: (id: string) => {
      const order: KeptOrder['order'] = {
        id,
        filters: [],
        through: 0,
        by: { actorType: 'system', actorId: 'retention' },
        asked: null,
        answers: { targets: [], actors: [] },
        tidies: true,
      };
      const standing: Standing = { ...BEGUN, phase: 'tidying', goneTerms: 1 };
      insert.run(id, JSON.stringify(order), JSON.stringify(standing));
    },
    /** In the order in which they were asked for. */
    all: (): KeptOrder[] =>
      read.all().map(({ erasure, progress }) => ({
        order: JSON.parse(erasure) as KeptOrder['order'],
        standing: JSON.parse(progress) as Standing,
      })),
    update: (id: string, standing: Standing) => update.run(JSON.stringify(standing), id),
    remove: (id: string) => remove.run(id),
  };
}
