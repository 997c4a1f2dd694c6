// Data events for tests.
import type { DataEvent } from '#src/shared/data-event.js';

/** A stored event; what matters is given. */
export function event(given: Partial<DataEvent> = {}): DataEvent {
  const seq = given.seq ?? 1;
  return {
    seq,
    id: `0190b3c2-8f6e-7d3a-9c1b-${String(seq).padStart(12, '0')}`,
    action: 'changed',
    outcome: 'success',
    timestamp: Date.UTC(2026, 6, 31, 12, 0, 0),
    actorType: 'users',
    actorId: '1',
    targetType: 'notes',
    targetId: '17',
    changes: { data: { prev: 'old', next: 'new' } },
    source: 'data-layer',
    schemaVersion: 1,
    recordedAt: Date.UTC(2026, 6, 31, 12, 0, 1),
    ...given,
  };
}
