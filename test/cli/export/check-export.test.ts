// Checking exports: what was exported passes, and each way to alter it is found.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { run as exportRun } from '#src/cli/commands/audit/export.js';
import { verifyExport } from '#src/cli/commands/audit/verify-export.js';
import type { Exit } from '#src/cli/exit.js';
import { CSV_HEAD } from '#src/daemon/audit/export/csv-line.js';
import type { Status } from '#src/shared/api.js';
import type { ExportManifest } from '#src/shared/audit-export.js';
import { EVERYTHING } from '#src/shared/audit-filter.js';
import { events } from '../../daemon/audit/example-events.js';
import { oldEvents, oldLog } from '../../daemon/audit/retention/removed-log.js';
import { type TemporaryLog, temporaryLog } from '../../daemon/audit/temporary-log.js';
import { testSigner } from '../../daemon/audit/test-signer.js';
import { temporaryDirectory } from '../../daemon/temporary-directory.js';
import { capturedIo } from '../captured-io.js';

interface Exported {
  file: string;
  manifest: ExportManifest;
  key: string;
}

/** An export of a log of 40 events, as `audit export` makes it. */
async function exported(name: string, withProofs: boolean): Promise<Exported> {
  const log = temporaryLog();
  await log.append(...events(1, 40));
  await log.store.sign();
  const made = await exportOf(log, name, withProofs);
  log.close();
  return made;
}

/** An export of all that a log has. @param meanwhile happens after the first five lines */
async function exportOf(
  log: Pick<TemporaryLog, 'reader' | 'signer' | 'store'>,
  name: string,
  withProofs: boolean,
  meanwhile: () => Promise<void> = async () => undefined,
): Promise<Exported> {
  const { size } = await log.store.head();
  const checkpoint = (await log.reader.checkpoint())!;
  const { key } = log.signer.verifier;
  const source = { origin: checkpoint.split('\n')[0]!, version: '1' };
  const file = join(temporaryDirectory(), name);
  const audit = {
    checkpoint: async () => ({ checkpoint, publicKey: key }),
    export: async ({
      format,
      after,
      proofs,
    }: {
      format: ExportManifest['format'];
      after: number;
      proofs: boolean;
    }) => {
      const partAfter = async (from: number, through: number) =>
        (await log.reader.exportPart({ format, after: from, proofs, through, filter: EVERYTHING, source }))
          .data;
      return {
        through: size,
        checkpoint,
        bytes: (async function* () {
          const first = proofs ? 0 : 5;
          yield Buffer.from(format === 'csv' ? CSV_HEAD : '');
          if (first > after) yield Buffer.from(await partAfter(after, first));
          await meanwhile();
          yield Buffer.from(await partAfter(Math.max(after, first), size));
        })(),
      };
    },
  };
  const io = capturedIo();
  const status = async () => ({ firstSeq: (await log.store.head()).removed + 1 }) as Status;
  const flags = withProofs ? { withProofs } : {};
  await exportRun({ io, clock: Date.now, client: { audit, status }, file, flags });
  return { file, key, manifest: JSON.parse(readFileSync(`${file}.manifest.json`, 'utf8')) };
}

async function verdictOf(file: string, key?: string, pinned?: string) {
  const io = capturedIo();
  const pins = {
    get: async () => (pinned === undefined ? undefined : { publicKey: pinned, checkpoint: '' }),
  };
  const flags = key === undefined ? {} : { key };
  const status = await verifyExport({ io, pins, file, flags }).then(
    () => 0,
    (error: Exit) => error.status,
  );
  return { status, out: io.out(), err: io.err() };
}

test('an export is what it was, in any format, and says what that shows', async () => {
  for (const name of ['a.jsonl', 'a.jsonl.gz', 'a.csv.gz']) {
    const { file, key } = await exported(name, false);
    const { status, out } = await verdictOf(file);
    assert.is(status, 0);
    assert.match(
      out,
      /^Verified: 40 events of .+, after seq 0 up to 40, as they were exported\.\nThe key is/,
    );
    assert.not.match((await verdictOf(file, key)).out, /The key is/);
  }
  const { file, key } = await exported('p.jsonl.gz', true);
  assert.match((await verdictOf(file, undefined, key)).out, /each proved to be in the log\.\n$/);
});

test('what was altered, cut, left out, doubled or reordered is found, and where', async () => {
  const { file } = await exported('a.jsonl.gz', false);
  const lines = gunzipSync(readFileSync(file)).toString().split('\n');
  const altered: [name: string, change: (lines: string[]) => string[], found: RegExp][] = [
    [
      'altered',
      all => all.map((line, at) => (at === 6 ? line.replace('"17"', '"18"') : line)),
      /not what was exported/,
    ],
    ['left out', all => all.toSpliced(6, 1), /Line 7 has event 8: those after event 6 are missing/],
    ['doubled', all => all.toSpliced(6, 0, all[6]!), /Line 8 has event 7, after event 7/],
    ['cut', all => [...all.slice(0, 20), ''], /It has 20 events, and 40 were exported/],
    ['garbage', all => all.toSpliced(3, 1, '{}'), /Line 4 is not one of an export/],
  ];
  for (const [name, change, found] of altered) {
    writeFileSync(file, gzipSync(change(lines).join('\n')));
    const { status, err } = await verdictOf(file);
    assert.is(status, 7, name);
    assert.match(err, found, name);
  }
  writeFileSync(file, readFileSync(file).subarray(0, 200));
  assert.match((await verdictOf(file)).err, /cannot be decompressed/);
});

test('with proofs, who alters lines and manifest together is found by the checkpoint', async () => {
  const { file, manifest, key } = await exported('p.jsonl', true);
  const { createHash } = await import('node:crypto');
  const forged = readFileSync(file, 'utf8').replace('"targetId":"17"', '"targetId":"99"');
  const sha256 = createHash('sha256').update(forged).digest('hex');
  writeFileSync(file, forged);
  writeFileSync(`${file}.manifest.json`, JSON.stringify({ ...manifest, sha256, contentSha256: sha256 }));
  const { status, err } = await verdictOf(file, key);
  assert.is(status, 7);
  assert.match(err, /Line 1 \(event 1\) is not proved/);
});

test('a checkpoint that another key signed counts for nothing', async () => {
  const { file } = await exported('a.jsonl', false);
  const { status, err } = await verdictOf(file, testSigner().verifier.key);
  assert.is(status, 7);
  assert.match(err, /The checkpoint counts for nothing/);
});

for (const [name, withProofs] of [
  ['a.jsonl', false],
  ['a.csv.gz', false],
  ['p.jsonl', true],
] as const) {
  test(`of a log whose beginning was removed: what is left is whole, and it says what is not there (${name})`, async () => {
    const log = await oldLog(oldEvents(60, 3));
    const before = await exportOf(log, name, withProofs);
    await log.announce(20);
    await log.finish();
    const { file, manifest } = await exportOf(log, name, withProofs);
    assert.equal(
      [manifest.after, manifest.through, manifest.events, manifest.removedThrough],
      [0, 61, 41, 20],
    );
    const { status, out, err } = await verdictOf(file);
    assert.equal([status, err], [0, '']);
    assert.match(out, /^Verified: 41 events .*\nOf these the events up to 20 had been removed from the log/);
    assert.is((await verdictOf(before.file)).status, 0, 'one that was made before');
    log.close();
  });
}

test('what is removed while it is exported is said too, and what is missing beyond it is found', async () => {
  const log = await oldLog(oldEvents(60, 4));
  const { file, manifest } = await exportOf(log, 'a.jsonl', false, async () => {
    await log.announce(30);
    await log.finish();
  });
  assert.equal([manifest.events, manifest.removedThrough], [35, 30]);
  assert.is((await verdictOf(file)).status, 0);
  const lines = readFileSync(file, 'utf8').split('\n');
  writeFileSync(file, lines.toSpliced(5, 1).join('\n'));
  assert.match((await verdictOf(file)).err, /Line 6 has event 32: those after event 30 are missing/);
  log.close();
});

test('without a manifest, or with something else in its place, it says so', async () => {
  const { file } = await exported('a.jsonl', false);
  writeFileSync(`${file}.manifest.json`, '{}');
  const pins = { get: async () => undefined };
  const problem = async (name: string) =>
    verifyExport({ io: capturedIo(), pins, file: name, flags: {} }).catch((error: Error) => error.message);
  assert.match(String(await problem(file)), /is not the manifest of an export/);
  assert.match(String(await problem(join(temporaryDirectory(), 'x'))), /without its manifest/);
});

test.run();
