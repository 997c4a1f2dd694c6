// What the data event takes over from whoever acts, and how it is kept within bounds.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { dataEvent } from '#src/daemon/data/happening.js';

const named = (name: string) =>
  dataEvent(
    { type: 'users', id: '1', name },
    { action: 'viewed', target: { type: 'notes', id: '1' }, targetName: name, eventName: 'notes.viewed' },
    1,
  );

test('a name that is too long is cut between characters, never inside one', () => {
  for (const [name, kept] of [
    ['x'.repeat(256), 'x'.repeat(256)],
    ['x'.repeat(257), 'x'.repeat(256)],
    [`${'x'.repeat(255)}💾💾`, `${'x'.repeat(255)}💾`],
    ['💾'.repeat(300), '💾'.repeat(256)],
  ] as const) {
    const { actorName, targetName } = named(name);
    assert.equal([actorName, targetName], [kept, kept]);
    assert.ok(actorName?.isWellFormed());
  }
});

test('who acts in the place of the actor has the actor’s name for none of their own', () => {
  const event = dataEvent(
    { type: 'users', id: '1', name: 'Ada' },
    {
      action: 'deleted',
      target: { type: 'sessions', id: 's' },
      eventName: 'session.revoked',
      by: { type: 'system', id: 'daemon' },
    },
    1,
  );
  assert.equal([event.actorType, event.actorId, event.actorName], ['system', 'daemon', undefined]);
});

test.run();
