import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { PendingEvent } from '#src/shared/data-event.js';
import { canonicalJson } from '#src/shared/log/canonical-json.js';
import { eventLeaf, eventText } from '#src/shared/log/event-leaf.js';
import { anyEventParts, event, eventId } from '../../daemon/audit/example-events.js';

const KEY = '000102030405060708090a0b0c0d0e0f';
const sha256 = (...parts: (string | Buffer)[]) =>
  parts.reduce<ReturnType<typeof createHash>>((hash, part) => hash.update(part), createHash('sha256'));

const full = event(1, {
  actorName: 'Ada',
  targetName: 'Plan',
  changes: { title: { prev: 'a', next: 'b' }, size: { prev: null, next: 2 } },
  context: { ip: '10.0.0.1', userAgent: 'curl' },
  metadata: { branch: 'main' },
});

/** The text by its definition, with the canonicalizer that knows nothing of events. */
function definedText(of: PendingEvent): string {
  const salts: string[] = [];
  for (let block = 0; block < 60; block += 1) {
    const digits = createHash('sha512').update(`${KEY}${block}`).digest('hex');
    for (let at = 0; at < 128; at += 32) salts.push(digits.slice(at, at + 32));
  }
  const digest = (value: unknown) => sha256(salts.shift()!, canonicalJson(value)).digest('base64url');
  const digests = (members: object) =>
    Object.fromEntries(
      Object.keys(members)
        .sort()
        .map(name => [name, digest(Reflect.get(members, name))]),
    );
  const { actorName, changes, context, metadata, targetName, ...rest } = of;
  return canonicalJson({
    ...rest,
    ...(actorName === undefined ? {} : { actorName: digest(actorName) }),
    ...(changes === undefined ? {} : { changes: digests(changes) }),
    ...(context === undefined ? {} : { context: digests(context) }),
    ...(metadata === undefined ? {} : { metadata: digests(metadata) }),
    ...(targetName === undefined ? {} : { targetName: digest(targetName) }),
  });
}

test('the text of any event is its RFC 8785 text with digests in the place of what can be erased', () => {
  fc.assert(
    fc.property(anyEventParts, parts => {
      const of = { id: eventId(1), ...parts };
      assert.is(eventText(of, KEY), definedText(of));
    }),
  );
});

test('no value that can be erased is in the text', () => {
  const text = eventText(full, KEY);
  for (const value of ['Ada', 'Plan', '"a"', '"b"', '10.0.0.1', 'curl', 'main'])
    assert.not.ok(text.includes(value), value);
  for (const name of ['title', 'size', 'ip', 'userAgent', 'branch']) assert.ok(text.includes(`"${name}":"`));
});

test('the leaf is the hash of seq, recordedAt and the digest of the text', () => {
  const entry = Buffer.concat([
    Buffer.from('0000000100000002', 'hex'),
    Buffer.from('000001900a0b0c0d', 'hex'),
    sha256(eventText(full, KEY)).digest(),
  ]);
  const leaf = eventLeaf(full, { seq: 0x1_0000_0002, recordedAt: 0x190_0a0b_0c0d, salts: KEY });
  assert.equal(leaf, sha256(Buffer.of(0), entry).digest());
});

test('everything that can be changed changes the leaf', () => {
  const stored = { seq: 7, recordedAt: 1_700_000_000_000, salts: KEY };
  const leaf = (of: PendingEvent, at = stored) => eventLeaf(of, at).toString('hex');
  const changed: PendingEvent[] = [
    { ...full, actorName: 'Bob' },
    { ...full, actorId: '2' },
    { ...full, timestamp: full.timestamp + 1 },
    { ...full, changes: { ...full.changes, title: { prev: 'a', next: 'c' } } },
    { ...full, changes: { title: { prev: 'a', next: 'b' } } },
    { ...full, context: { ip: '10.0.0.2', userAgent: 'curl' } },
    { ...full, context: { ip: 'curl', userAgent: '10.0.0.1' } },
    { ...full, metadata: { branch: 'next' } },
    { ...full, redactions: [{ path: '/changes/title/prev', kind: 'secret' }] },
  ];
  const leaves = [
    leaf(full),
    ...changed.map(of => leaf(of)),
    leaf(full, { ...stored, seq: 8 }),
    leaf(full, { ...stored, recordedAt: stored.recordedAt + 1 }),
    leaf(full, { ...stored, salts: '09'.repeat(16) }),
  ];
  assert.is(new Set(leaves).size, leaves.length);
});

test('null and absent are one value, an empty context is none', () => {
  const sparse = { title: { next: 1 } } as unknown as NonNullable<PendingEvent['changes']>;
  assert.is(
    eventText(event(1, { changes: sparse, context: {} }), KEY),
    eventText(event(1, { changes: { title: { prev: null, next: 1 } } }), KEY),
  );
});

test.run();
