// The lines of exports: every event once, in order, in formats that others can read.
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ExportQuestion } from '#src/daemon/audit/export/export-lines.js';
import { EVERYTHING, matches } from '#src/shared/audit-filter.js';
import type { DataEvent } from '#src/shared/data-event.js';
import { checkEventProof } from '#src/shared/log/event-proof.js';
import { ocsfClassSchema } from '../../../fixtures/ocsf/json-schema.js';
import { anyEventParts, anyPicks, event, eventId, events, filterFrom } from '../example-events.js';
import { type TemporaryLog, temporaryLog } from '../temporary-log.js';

const source = { origin: 'whodid/test', version: '1.2.3' };

/** Every line of an export, part after part. */
async function exported(log: TemporaryLog, parts: Partial<ExportQuestion> = {}): Promise<string[]> {
  const { size } = await log.store.head();
  const question = {
    format: 'jsonl',
    proofs: false,
    filter: EVERYTHING,
    after: 0,
    through: size,
    source,
    ...parts,
  } as const;
  let text = '';
  let told = 0;
  for (let { after } = question; after < question.through; ) {
    const part = await log.reader.exportPart({ ...question, after });
    assert.ok(part.scannedThrough > after, 'each part goes on');
    text += new TextDecoder().decode(part.data);
    told += part.events;
    after = part.scannedThrough;
  }
  const lines = text.split(/\r?\n/).slice(0, -1);
  assert.is(lines.length, told);
  return lines;
}

const parsed = (lines: string[]) => lines.map(line => JSON.parse(line));

test('what is exported as JSON is what the log holds and the filter asks for, in the order of seq', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyEventParts, { minLength: 1, maxLength: 30 }),
      anyPicks,
      async (parts, picks) => {
        const log = temporaryLog();
        const all = parts.map((one, index) => ({ ...one, id: eventId(index + 1) }));
        await log.append(...all);
        const filter = filterFrom(all, picks);
        const { events: stored } = await log.page({ order: 'asc', limit: 1000 });
        const wanted = stored.filter(one => matches(one, filter)).sort((a, b) => a.seq - b.seq);
        const lines = await exported(log, { filter });
        assert.equal(parsed(lines), wanted);
        // Nothing in them that a terminal takes for more than a character.
        for (const line of lines) assert.not.match(line, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
        const clouds = parsed(await exported(log, { filter, format: 'cloudevents' }));
        assert.equal(
          clouds.map(({ data }) => data),
          wanted,
        );
        log.close();
      },
    ),
    { seed: 13, numRuns: 60 },
  );
});

test('parts end where the range does, and begin behind it', async () => {
  const log = temporaryLog();
  await log.append(...events(1, 2500));
  const seqs = async (after: number, through: number) =>
    parsed(await exported(log, { after, through })).map(({ seq }: DataEvent) => seq);
  assert.equal(await seqs(1198, 1201), [1199, 1200, 1201]);
  assert.is((await seqs(0, 2500)).length, 2500);
  assert.equal(await seqs(2500, 2500), []);
  log.close();
});

test('CloudEvents are such as the published schema says', async () => {
  const ajv = new Ajv({ strict: false });
  addFormats.default(ajv);
  const schema = JSON.parse(readFileSync('test/fixtures/cloudevents-1.0.schema.json', 'utf8'));
  const validate = ajv.compile(schema);
  await eachEvent('cloudevents', line => {
    assert.ok(validate(line), JSON.stringify(validate.errors));
    assert.is(line.specversion, '1.0');
    assert.is(line.source, '/whodid/test');
    // Names of attributes are lower-case letters and digits (CloudEvents 1.0, Naming Conventions).
    for (const name of Object.keys(line)) assert.match(name, /^[a-z0-9]{1,20}$/);
  });
  assert.not.ok(validate({ specversion: '1.0', id: '', source: '/', type: 'x' }));
});

test('OCSF events are of the class Entity Management as its published definitions have it', async () => {
  const schema = ocsfClassSchema('test/fixtures/ocsf/definitions.json');
  const validate = new Ajv2020({ strict: false }).compile(schema);
  let valid: Record<string, unknown> | undefined;
  await eachEvent('ocsf', line => {
    assert.ok(validate(line), JSON.stringify([validate.errors, line]));
    valid ??= line;
  });
  // The schema refuses what it should.
  const { time: _, ...untimed } = valid!;
  const spoilt = [
    untimed,
    { ...valid, of_our_own: 1 },
    { ...valid, entity: { type_id: 99 } },
    { ...valid, entity: { ...(valid!.entity as object), of_our_own: 1 } },
    { ...valid, type_uid: 300_499 },
    { ...valid, status_id: 1, status: 'Failure' },
    { ...valid, severity_id: 7 },
    { ...valid, src_endpoint: { ip: 'here' } },
    { ...valid, metadata: { version: '1.4.0' } },
  ];
  assert.equal(
    spoilt.map(line => validate(line)),
    spoilt.map(() => false),
  );
});

async function eachEvent(
  format: 'cloudevents' | 'ocsf',
  check: (line: Record<string, unknown>) => void,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(anyEventParts, { minLength: 1, maxLength: 30 }), async all => {
      const log = temporaryLog();
      await log.append(...all.map((parts, index) => ({ ...parts, id: eventId(index + 1) })));
      const lines = await exported(log, { format });
      assert.is(lines.length, all.length);
      for (const line of parsed(lines)) check(line);
      log.close();
    }),
    { seed: 13, numRuns: 60 },
  );
}

test('an OCSF event has who, what, the state before and after, and keeps what OCSF has no place for', async () => {
  const log = temporaryLog();
  const changes = { name: { prev: 'Ada', next: 'Ada King' }, note: { prev: 'x', next: null } };
  await log.append(
    event(1, { action: 'created', targetName: 'Ada', changes: { name: { prev: null, next: 'Ada' } } }),
    event(2, {
      action: 'changed',
      actorName: 'Grace',
      changes,
      requestId: 'r',
      context: { ip: '127.0.0.1', userAgent: 'curl', sessionId: 's', comment: 'asked by phone' },
      externalId: 'e',
      onBehalfOf: { type: 'users', id: '2' },
      redactions: [{ path: '/changes/note/prev', kind: 'secret' }],
    }),
    event(3, { action: 'deleted', changes: { name: { prev: 'Ada King', next: null } } }),
    event(4, {
      action: 'viewed',
      outcome: 'denied',
      count: 3,
      context: { ip: 'the office', reason: 'no role' },
    }),
  );
  const [created, changed, deleted, denied] = parsed(await exported(log, { format: 'ocsf' }));
  assert.equal(created.entity, { uid: '17', type: 'notes', type_id: 99, name: 'Ada', data: { name: 'Ada' } });
  assert.equal(changed.entity.data, { name: 'Ada', note: 'x' });
  assert.equal(changed.entity_result.data, { name: 'Ada King' });
  assert.equal(changed.actor, {
    user: { uid: '1', type: 'users', type_id: 99, name: 'Grace' },
    session: { uid: 's' },
  });
  assert.equal(
    [changed.src_endpoint, changed.http_request],
    [{ ip: '127.0.0.1' }, { uid: 'r', user_agent: 'curl' }],
  );
  assert.is(changed.comment, 'asked by phone');
  assert.equal(changed.unmapped, {
    source: 'data-layer',
    on_behalf_of: { type: 'users', uid: '2' },
    external_id: 'e',
    redactions: [{ path: '/changes/note/prev', kind: 'secret' }],
  });
  assert.equal(deleted.entity.data, { name: 'Ada King' });
  assert.equal(
    [created, changed, deleted, denied].map(({ activity_id, status_id, type_uid }) => [
      activity_id,
      status_id,
      type_uid,
    ]),
    [
      [1, 1, 300401],
      [3, 1, 300403],
      [4, 1, 300404],
      [2, 2, 300402],
    ],
  );
  // OCSF takes addresses alone.
  assert.equal([denied.src_endpoint, denied.unmapped.ip], [undefined, 'the office']);
  assert.equal([denied.status_code, denied.status_detail, denied.count], ['denied', 'no role', 3]);
  log.close();
});

test('CSV has a row for each event and nothing that breaks one', async () => {
  const log = temporaryLog();
  const changes = { 'a,"b"': { prev: 'line\nbreak', next: '\u001b[2J' } };
  await log.append(event(1, { action: 'changed', changes, targetName: 'a\tb\r\n', externalId: '"x"' }));
  const [line = ''] = await exported(log, { format: 'csv' });
  assert.is(
    line,
    `1,${eventId(1)},2023-11-14T22:13:21.000Z,changed,success,users:1,,,notes:17,a\\tb\\r\\n,,` +
      '"{""a,\\""b\\"""":{""prev"":""line\\nbreak"",""next"":""\\u001b[2J""}}",,,,,,,,data-layer,"""x""",' +
      line.split(',').at(-1),
  );
  log.close();
});

test('each line with proofs is proved by itself, against the tree as it was then', async () => {
  const log = temporaryLog();
  await log.append(...events(1, 300));
  await log.store.sign();
  const checkpoint = (await log.reader.checkpoint())!;
  await log.append(...events(301, 700));
  const verifier = log.signer.verifier;
  const lines = parsed(await exported(log, { proofs: true, after: 250, through: 300 }));
  assert.is(lines.length, 50);
  for (const line of lines) assert.ok(checkEventProof({ ...line, checkpoint }, verifier).ok);
  const [first] = lines;
  const forged = { ...first, event: { ...first.event, actorId: '2' }, checkpoint };
  assert.not.ok(checkEventProof(forged, verifier).ok);
  assert.not.ok(checkEventProof({ ...first, hashes: first.hashes.slice(1), checkpoint }, verifier).ok);
  log.close();
});

test.run();
