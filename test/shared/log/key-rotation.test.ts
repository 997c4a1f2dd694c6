// Whoever trusts a key of a log follows its rotations, and nobody who lacks that key sends them elsewhere.
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openCheckpoint, readCheckpoint, signCheckpoint } from '#src/shared/log/checkpoint.js';
import { keysFrom, openRotation, signRotation } from '#src/shared/log/key-rotation.js';
import { EMPTY_ROOT } from '#src/shared/log/merkle-hash.js';
import { NoteFault, type NoteSigner, noteSigner, openNote, signNote } from '#src/shared/log/signed-note.js';

const signer = (name = 'whodid/test') => noteSigner(name, generateKeyPairSync('ed25519').privateKey);
const checkpointBy = (key: NoteSigner) => signCheckpoint({ size: 0, root: EMPTY_ROOT }, key);
const isFault = (error: unknown) => error instanceof NoteFault;
const [first, second, third, thief] = [signer(), signer(), signer(), signer()];
const rotations = [signRotation(first, second), signRotation(second, third)];

test('an old key opens what its successors signed, whatever the order of the rotations', () => {
  for (const given of [rotations, rotations.toReversed(), [...rotations, ...rotations]]) {
    const { own, known, faults } = keysFrom(first.verifier, given);
    assert.equal(faults, []);
    assert.equal(
      own.map(({ key }) => key),
      [first, second, third].map(({ verifier }) => verifier.key),
    );
    assert.equal(known.length, 3);
    for (const key of [first, second, third])
      assert.is(openCheckpoint(checkpointBy(key), ...own).origin, 'whodid/test');
  }
});

test('a new key does not open what only the one before it signed, but knows it', () => {
  const { own, known } = keysFrom(second.verifier, rotations);
  assert.throws(() => openCheckpoint(checkpointBy(first), ...own), /is not signed by/);
  assert.is(openCheckpoint(checkpointBy(first), ...known).size, 0);
});

test('without the old key there is no rotation', () => {
  const text = openNote(signRotation(first, thief), first.verifier);
  const forgeries: [string, string][] = [
    ['signed by the new key alone', signNote(text, thief)],
    ['signed by the old key alone', signNote(text, first)],
    [
      'signed by another old key',
      signRotation(signer(), thief).replace(/.*\n.*\n.*\n/, `${text.split('\n').slice(0, 3).join('\n')}\n`),
    ],
    ['of another log', signRotation(signer('whodid/other'), signer('whodid/other'))],
    ['with more in it', signNote(`${text}more\n`, first, thief)],
    ['a checkpoint', checkpointBy(first)],
    ['nothing', ''],
  ];
  for (const [what, note] of forgeries) {
    const { own, faults } = keysFrom(first.verifier, [note]);
    assert.equal(own, [first.verifier], what);
    assert.is(faults.length, 1, what);
    assert.match(faults[0]!, /^A rotation of the key counts for nothing: .+\.$/, what);
    assert.throws(() => openCheckpoint(checkpointBy(thief), ...own), /is not signed by/, what);
  }
});

test('a second rotation of one key, as whoever stole it can sign one, is told', () => {
  const { own, faults } = keysFrom(first.verifier, [...rotations, signRotation(first, thief)]);
  assert.equal(own.at(-1), third.verifier);
  assert.match(faults.join(), /A key has one successor alone\./);
});

test('a circle ends', () => {
  const circle = [signRotation(first, second), signRotation(second, first)];
  assert.is(keysFrom(first.verifier, circle).own.length, 2);
});

test('a rotation is no checkpoint, and a checkpoint no rotation', () => {
  assert.throws(() => readCheckpoint(rotations[0]!), isFault);
  assert.throws(() => openRotation(checkpointBy(first)), isFault);
});

test.run();
