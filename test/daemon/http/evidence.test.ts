import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openCheckpoint } from '#src/shared/log/checkpoint.js';
import { checkEventProof } from '#src/shared/log/event-proof.js';
import { keysFrom } from '#src/shared/log/key-rotation.js';
import { provesConsistency } from '#src/shared/log/merkle-proof.js';
import { base64Bytes, parseVerifierKey } from '#src/shared/log/signed-note.js';
import { type TemporaryDaemon, temporaryDaemon } from '../temporary-daemon.js';

let daemon: TemporaryDaemon;
let admin: string;

test.before(async () => {
  daemon = await temporaryDaemon();
  admin = await daemon.login();
});
test.after(() => daemon.stop());

const get = (path: string, token = admin) => daemon.ask('GET', `/v1/audit/${path}`, { token });

async function checkpoint() {
  const { status, body } = await get('checkpoint');
  assert.is(status, 200);
  return openCheckpoint(body.checkpoint, parseVerifierKey(body.publicKey));
}

test('the checkpoint is signed by the key of the instance, which survives a restart', async () => {
  const { body: before } = await get('checkpoint');
  const { body: health } = await daemon.ask('GET', '/healthz');
  assert.is((await checkpoint()).origin, `whodid/${health.instance}`);
  await daemon.restart();
  const { body: after } = await get('checkpoint');
  assert.is(after.publicKey, before.publicKey);
});

test('an event is proved as soon as it is asked for, and asking is an event', async () => {
  const note = { targetType: 'files', targetId: '1', data: 'Look here.' };
  const created = await daemon.ask('POST', '/v1/records/notes', { token: admin, body: note });
  const id = created.headers.get('audit-event-id')!.split(', ')[0]!;
  const { status, body } = await get(`proofs/inclusion?event=${id}`);
  assert.is(status, 200);
  const { publicKey } = (await get('checkpoint')).body;
  assert.ok(checkEventProof(body, parseVerifierKey(publicKey)).ok);
  assert.is(body.event.id, id);
  assert.is(body.event.changes.data.next, 'Look here.');
  const [asked] = await daemon.events('eventName=audit.queried&limit=1');
  assert.is(asked?.context?.query, `id=${id}`);
});

test('the log of a later checkpoint begins with that of an earlier one', async () => {
  const earlier = await checkpoint();
  await daemon.person('Grace', 'viewer');
  const { storedSeq } = (await daemon.ask('GET', '/v1/status', { token: admin })).body;
  const grown = await get(`proofs/consistency?from=${storedSeq}`);
  assert.is(grown.status, 200);
  const { body } = await get(`proofs/consistency?from=${earlier.size}`);
  const { publicKey } = (await get('checkpoint')).body;
  const later = openCheckpoint(body.checkpoint, parseVerifierKey(publicKey));
  assert.ok(later.size > earlier.size);
  assert.ok(provesConsistency(earlier, later, body.hashes.map(base64Bytes)));
});

test('an old public key checks what the key that followed it signs, after a restart as well', async () => {
  const { body: before } = await get('checkpoint');
  const old = parseVerifierKey(before.publicKey);
  const rotated = await daemon.ask('POST', '/v1/keys/rotate?use=checkpoints', { token: admin });
  assert.is(rotated.status, 201);
  const next = (await get('checkpoint')).body;
  assert.is.not(next.publicKey, before.publicKey);
  assert.throws(() => openCheckpoint(next.checkpoint, old), /is not signed by/);
  const check = async () => {
    const { body } = await get('checkpoint');
    assert.is(body.publicKey, next.publicKey);
    const later = openCheckpoint(body.checkpoint, ...keysFrom(old, body.rotations).own);
    const [event] = await daemon.events('eventName=checkpoint-key.rotated');
    assert.is(event?.changes?.publicKey?.next, next.publicKey);
    assert.ok(checkEventProof((await get(`proofs/inclusion?event=${event?.id}`)).body, old).ok);
    return later.size;
  };
  const size = await check();
  await daemon.restart();
  admin = await daemon.login();
  assert.ok((await check()) >= size);
  const lines = (await get('verification')).body.trimEnd().split('\n');
  assert.equal(JSON.parse(lines.at(-1)).verdict.findings, []);
});

test('what cannot be proved is refused', async () => {
  for (const [path, status] of [
    ['proofs/inclusion?event=01900000-0000-7000-8000-000000000000', 404],
    ['proofs/inclusion?event=x', 404],
    ['proofs/inclusion', 400],
    ['proofs/consistency?from=999999', 409],
    ['proofs/consistency?from=-1', 400],
    ['proofs/consistency?from=01', 400],
    ['proofs/consistency', 400],
  ] as const) {
    assert.is((await get(path)).status, status, path);
  }
});

test('everybody sees the checkpoint; proofs are for those who may read the whole log', async () => {
  const [event] = await daemon.events('limit=1');
  for (const [role, allowed] of [
    ['auditor', 200],
    ['editor', 403],
    ['viewer', 403],
  ] as const) {
    const { token } = await daemon.person(`E-${role}`, role);
    assert.is((await get('checkpoint', token)).status, 200, role);
    assert.is((await get(`proofs/inclusion?event=${event!.id}`, token)).status, allowed, role);
    assert.is((await get('proofs/consistency?from=1', token)).status, allowed, role);
  }
  assert.is((await daemon.ask('GET', '/v1/audit/checkpoint')).status, 401);
});

test('the whole log is verified in lines, and that is an event', async () => {
  const linesOf = async (path: string, token = admin) => {
    const response = await fetch(`${daemon.url}/v1/audit/${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    assert.is(response.status, 200);
    return (await response.text())
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
  };
  const { person } = daemon;
  const auditor = await person('Alan', 'auditor');
  const { verdict } = (await linesOf('verification', auditor.token)).at(-1);
  assert.equal([verdict.ok, verdict.findings, verdict.since], [true, [], 0]);
  assert.is(verdict.verified, verdict.size);
  assert.is(verdict.signedSize, verdict.size);
  const [event] = await daemon.events('eventName=audit.verified');
  assert.is(event?.actorId, auditor.id);
  await person('Edsger', 'viewer');
  const since = `${verdict.size}:${verdict.root}`;
  const later = (await linesOf(`verification?since=${encodeURIComponent(since)}`)).at(-1).verdict;
  assert.equal([later.ok, later.since, later.verified], [true, verdict.size, later.size - verdict.size]);
  const wrong = `${verdict.size}:${'A'.repeat(43)}=`;
  const refuted = (await linesOf(`verification?since=${encodeURIComponent(wrong)}`)).at(-1).verdict;
  assert.match(refuted.findings[0].sentence, /^What was verified before knows another log/);
});

test("what was not interrupted, or is somebody else's, cannot be gone on with", async () => {
  const [{ verification }] = (await get('verification')).body
    .trimEnd()
    .split('\n')
    .map((line: string) => JSON.parse(line));
  assert.is((await get(`verification?resume=${verification}`)).status, 404);
  assert.is((await get('verification?resume=x')).status, 400);
});

test('the log is verified by whoever may read all of it', async () => {
  const editor = await daemon.person('Barbara', 'editor');
  assert.is((await get('verification', editor.token)).status, 403);
  const body = { name: 't', role: 'auditor', tenantId: 't', expiresAt: Date.now() + 60_000 };
  const { token } = (await daemon.ask('POST', '/v1/tokens', { token: admin, body })).body;
  assert.is((await get('verification', token)).status, 403);
  assert.is((await get('verification?since=x')).status, 400);
});

test.run();
