import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { run as checkpoint } from '#src/cli/commands/audit/checkpoint.js';
import { run as prove } from '#src/cli/commands/audit/prove.js';
import { run as verifyProof } from '#src/cli/commands/audit/verify-proof.js';
import { Exit } from '#src/cli/exit.js';
import { createPins } from '#src/cli/pins.js';
import type { EventProof } from '#src/shared/api.js';
import type { Client } from '#src/shared/client.js';
import { openCheckpoint } from '#src/shared/log/checkpoint.js';
import { clientPaths } from '#src/shared/paths.js';
import { EXIT, Problem } from '#src/shared/problem.js';
import { event, eventId, events } from '../../daemon/audit/example-events.js';
import { temporaryLog } from '../../daemon/audit/temporary-log.js';
import { testSigner } from '../../daemon/audit/test-signer.js';
import { temporaryDirectory } from '../../daemon/temporary-directory.js';
import { capturedIo } from '../captured-io.js';

const temporaryPins = () => createPins(clientPaths({ XDG_CONFIG_HOME: temporaryDirectory() }));

/** A daemon's answers from a log of twenty events. */
async function world() {
  const log = temporaryLog();
  await log.append(...events(1, 19), event(20, { actorName: 'Ada', context: { ip: '10.0.0.1' } }));
  await log.store.sign();
  const publicKey = log.signer.verifier.key;
  const audit: Pick<Client['audit'], 'checkpoint' | 'prove'> = {
    checkpoint: async () => ({ checkpoint: (await log.reader.checkpoint())!, publicKey }),
    prove: async id => (await log.reader.eventProof(id))!,
  };
  const io = capturedIo();
  await prove({ io, client: { audit } as Client, id: eventId(20) });
  return { log, publicKey, client: { audit } as Client, proof: JSON.parse(io.out()) as EventProof };
}

/** What `verify-proof` says of `content`. */
async function verdictOn(content: unknown, key: string, json?: boolean) {
  const file = join(temporaryDirectory(), 'proof.json');
  writeFileSync(file, JSON.stringify(content));
  const io = capturedIo();
  const status = await verifyProof({ io, file, flags: { key, ...(json ? { json } : {}) } }).then(
    () => EXIT.done,
    (error: unknown) => {
      if (error instanceof Exit) return error.status;
      throw error;
    },
  );
  return { status, out: io.out(), err: io.err() };
}

test('a checkpoint is printed as it was signed, and its key when asked', async () => {
  const { log, client, publicKey } = await world();
  const pins = temporaryPins();
  const note = capturedIo();
  await checkpoint({ io: note, client, pins, flags: {} });
  assert.is(openCheckpoint(note.out(), log.signer.verifier).size, 20);
  const key = capturedIo();
  await checkpoint({ io: key, client, pins, flags: { publicKey: true } });
  assert.is(key.out(), `${publicKey}\n`);
});

test('a checkpoint that may lack the newest events warns on stderr', async () => {
  const { client } = await world();
  const answer = { ...(await client.audit.checkpoint()), stale: true as const };
  const io = capturedIo();
  await checkpoint({
    io,
    client: { audit: { checkpoint: async () => answer } } as Client,
    pins: temporaryPins(),
    flags: {},
  });
  assert.is(io.out(), answer.checkpoint);
  assert.match(io.err(), 'catching up');
});

test('a proof is checked with the key alone', async () => {
  const { proof, publicKey } = await world();
  const told = await verdictOn(proof, `${publicKey}\n`);
  assert.is(told.status, EXIT.done);
  assert.match(
    told.out,
    /^Proved: event 20 \(\S+\) is in the log of whodid\/test as of its checkpoint of 20 events/,
  );
  const script = await verdictOn(proof, publicKey, true);
  assert.equal(JSON.parse(script.out), { ok: true, size: 20 });
});

test('what proves nothing ends with 7 and says why', async () => {
  const { proof, publicKey } = await world();
  for (const [content, key, reason] of [
    [
      { ...proof, event: { ...proof.event, actorName: 'Bob' } },
      publicKey,
      /does not have this event, as it is here/,
    ],
    [{ ...proof, event: { ...proof.event, praise: 'much' } }, publicKey, /not a proof of an event/],
    [{ ...proof, more: 1 }, publicKey, /not a proof of an event/],
    [{ ...proof, saltKey: 'AA' }, publicKey, /not a proof of an event/],
    [{ ...proof, checkpoint: proof.checkpoint.replace('20', '21') }, publicKey, /signature of .* is wrong/],
    [proof, testSigner().verifier.key, /is not signed by/],
  ] as const) {
    const { status, err } = await verdictOn(content, key);
    assert.is(status, EXIT.verificationFailed);
    assert.match(err, reason);
    assert.is(JSON.parse((await verdictOn(content, key, true)).out).ok, false);
  }
});

test('a key that is none is a usage error', async () => {
  const { proof } = await world();
  try {
    await verdictOn(proof, 'x');
    assert.unreachable();
  } catch (error) {
    assert.instance(error, Problem);
    assert.is((error as Problem).code, 'bad_request');
  }
});

test.run();
