// audit export: what is asked for, the file and its manifest, and that nothing is exported twice or left out whatever
// breaks.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type ExportFlags, run } from '#src/cli/commands/audit/export.js';
import { Exit } from '#src/cli/exit.js';
import type { ExportState } from '#src/cli/export/export-state.js';
import { temporaryDirectory } from '../../daemon/temporary-directory.js';
import { type CapturedIo, capturedIo } from '../captured-io.js';
import { type Asked, type FakeDaemon, fakeDaemon } from '../fake-daemon.js';

const daemons: FakeDaemon[] = [];
test.after(async () => {
  await Promise.all(daemons.map(daemon => daemon.close()));
});

const line = (seq: number) => `{"seq":${seq},"id":"i${seq}","targetName":"Zoë"}\n`;

interface World {
  dir: string;
  daemon: FakeDaemon;
  /** How many events the log has. */
  size: number;
  /** The first of them that is left. */
  firstSeq: number;
  /** Breaks the connection after so many lines, once. */
  breakAfter?: number | undefined;
  origin: string;
  export(file: string | undefined, flags?: ExportFlags, io?: CapturedIo): Promise<CapturedIo>;
  path(name: string): string;
}

async function world(size: number): Promise<World> {
  const dir = temporaryDirectory();
  const daemon = await fakeDaemon(({ path, query }: Asked, response) => {
    const checkpoint = `${it.origin}\n${it.size}\nroot\n\n— sig\n`;
    if (path === '/v1/status') return { body: { firstSeq: it.firstSeq } };
    if (path === '/v1/audit/checkpoint') return { body: { checkpoint, publicKey: 'key' } };
    const through = Number(query.get('through') ?? it.size);
    const after = Number(query.get('after'));
    response.writeHead(200, {
      'audit-export-through': String(through),
      'audit-export-checkpoint': Buffer.from(checkpoint).toString('base64'),
    });
    const head = query.get('format') === 'csv' ? 'seq,id\r\n' : '';
    const row = (seq: number) => (head === '' ? line(seq) : `${seq},i${seq}\r\n`);
    const from = Math.max(after + 1, it.firstSeq);
    const lines = Array.from({ length: through + 1 - from }, (_, index) => row(from + index));
    if (it.breakAfter === undefined) {
      response.end(head + lines.join(''));
    } else {
      // Ends in the middle of a line.
      response.write(head + lines.slice(0, it.breakAfter).join('') + lines[it.breakAfter]!.slice(0, 4), () =>
        response.destroy(),
      );
      it.breakAfter = undefined;
    }
    return undefined;
  });
  daemons.push(daemon);
  const it: World = {
    dir,
    daemon,
    size,
    firstSeq: 1,
    origin: 'whodid/1',
    path: name => join(dir, name),
    async export(file, flags = {}, io = capturedIo()) {
      const clock = () => Date.UTC(2026, 6, 31);
      await run({
        io,
        clock,
        client: daemon.client(),
        file: file && (file === '-' ? file : it.path(file)),
        flags,
      });
      return io;
    },
  };
  return it;
}

const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => line(from + index)).join('');
const problemOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: Error & { code?: string }) => error,
  );

test('a file gets its name when it is whole, with a manifest of what it is', async () => {
  const it = await world(5);
  const io = await it.export('log.jsonl.gz', { action: ['created'], json: true });
  assert.is(it.daemon.asked[0]!.query.toString(), 'action=created&format=jsonl&after=0');
  const bytes = readFileSync(it.path('log.jsonl.gz'));
  assert.is(gunzipSync(bytes).toString(), lines(1, 5));
  const manifest = JSON.parse(readFileSync(it.path('log.jsonl.gz.manifest.json'), 'utf8'));
  const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
  assert.equal(manifest, {
    whodidExport: 1,
    origin: 'whodid/1',
    format: 'jsonl',
    proofs: false,
    filter: 'action=created',
    after: 0,
    through: 5,
    events: 5,
    file: 'log.jsonl.gz',
    sha256: sha256(bytes),
    contentSha256: sha256(lines(1, 5)),
    contentBytes: Buffer.byteLength(lines(1, 5)),
    exportedAt: '2026-07-31T00:00:00.000Z',
    checkpoint: 'whodid/1\n5\nroot\n\n— sig\n',
    publicKey: 'key',
  });
  assert.equal(JSON.parse(io.out()), manifest);
  assert.match(io.err(), /^5 events exported, after seq 0 up to 5, in /);
  assert.equal(readdirSync(it.dir).sort(), ['log.jsonl.gz', 'log.jsonl.gz.manifest.json']);
});

test('what was removed from the beginning of the log is said, and only where it is missing', async () => {
  const it = await world(9);
  it.firstSeq = 5;
  const removedIn = (name: string) =>
    JSON.parse(readFileSync(it.path(`${name}.manifest.json`), 'utf8')).removedThrough;
  assert.match((await it.export('a.jsonl')).err(), /The events up to 4 were removed/);
  assert.is(removedIn('a.jsonl'), 4);
  assert.match((await it.export(undefined, { after: '2' })).err(), /The events up to 4 were removed/);
  assert.not.match((await it.export('b.jsonl', { after: '4' })).err(), /removed/);
  assert.is(removedIn('b.jsonl'), undefined);
});

test('without a file the lines go to stdout, and nothing else does', async () => {
  const it = await world(3);
  assert.is((await it.export(undefined, { after: '1' })).out(), lines(2, 3));
  assert.is((await it.export('-')).out(), lines(1, 3));
});

test('the name of the file tells the format, --format wins, and what does not fit is refused before asking', async () => {
  const it = await world(1);
  await it.export('a.csv');
  await it.export('b.csv', { format: 'ocsf' });
  assert.equal(
    it.daemon.asked.filter(({ path }) => path.endsWith('export')).map(({ query }) => query.get('format')),
    ['csv', 'ocsf'],
  );
  const asked = it.daemon.asked.length;
  for (const flags of [
    { format: 'xml' },
    { format: 'csv', withProofs: true },
    { after: '-1' },
    { after: '1', checkpoint: it.path('state') },
  ]) {
    assert.is((await problemOf(it.export('c', flags)))?.code, 'bad_request');
  }
  assert.is((await problemOf(it.export('a.csv')))?.code, 'conflict');
  assert.is(it.daemon.asked.length, asked);
  await it.export('a.csv', { force: true });
});

test('a connection that breaks in the middle of a line is taken up after the last whole one', async () => {
  for (const [format, expected] of [
    ['jsonl', lines(1, 6)],
    ['csv', `seq,id\r\n${[1, 2, 3, 4, 5, 6].map(seq => `${seq},i${seq}\r\n`).join('')}`],
  ] as const) {
    const it = await world(6);
    it.breakAfter = 3;
    const io = await it.export('out', { format });
    assert.is(readFileSync(it.path('out'), 'utf8'), expected);
    assert.match(io.err(), /connection to the daemon is lost/);
    const [, again] = it.daemon.asked.filter(({ path }) => path.endsWith('export'));
    assert.equal([again!.query.get('after'), again!.query.get('through')], ['3', '6']);
  }
});

test('--checkpoint exports each event exactly once, run after run', async () => {
  const it = await world(3);
  const flags = { checkpoint: it.path('state') };
  await it.export('1', flags);
  it.size = 5;
  await it.export('2', flags);
  await it.export('3', flags);
  assert.equal(
    ['1', '2', '3'].map(name => readFileSync(it.path(name), 'utf8')),
    [lines(1, 3), lines(4, 5), ''],
  );
  it.size = 6;
  assert.is((await it.export(undefined, flags)).out(), line(6));
  assert.is((await it.export(undefined, flags)).out(), '');
});

/** What a crash leaves behind at a moment between the file that is complete and the state that says so. */
async function crashed(renamed: boolean): Promise<World> {
  const it = await world(3);
  const flags = { checkpoint: it.path('state') };
  await it.export('1', flags);
  const manifest = JSON.parse(readFileSync(it.path('1.manifest.json'), 'utf8'));
  const state = JSON.parse(readFileSync(it.path('state'), 'utf8')) as ExportState;
  const temporary = it.path('1.partial');
  const pending = { temporary, file: it.path('1'), manifest };
  writeFileSync(it.path('state'), JSON.stringify({ ...state, after: 0, pending }));
  if (!renamed) renameSync(it.path('1'), temporary);
  return it;
}

test('a crash before the file had its name: the next run names it, and goes on behind it', async () => {
  const it = await crashed(false);
  it.size = 4;
  await it.export('2', { checkpoint: it.path('state') });
  assert.equal(
    ['1', '2'].map(name => readFileSync(it.path(name), 'utf8')),
    [lines(1, 3), line(4)],
  );
  assert.not.ok(existsSync(it.path('1.partial')));
});

test('a crash after the file had its name, and was shipped and removed: nothing is exported again', async () => {
  const it = await crashed(true);
  renameSync(it.path('1'), it.path('shipped'));
  await it.export('2', { checkpoint: it.path('state') });
  assert.is(readFileSync(it.path('2'), 'utf8'), '');
  assert.not.ok(existsSync(it.path('1')));
});

test('what was remembered of another log, other filters or by a run that goes on is a conflict', async () => {
  const it = await world(3);
  const flags = { checkpoint: it.path('state') };
  await it.export('1', flags);
  assert.match(
    (await problemOf(it.export('2', { ...flags, action: ['viewed'] })))!.message,
    /with no filters/,
  );
  it.origin = 'whodid/2';
  assert.match((await problemOf(it.export('2', flags)))!.message, /remembers another log, whodid\/1/);
  writeFileSync(it.path('state.lock'), String(process.pid));
  assert.match((await problemOf(it.export('2', flags)))!.message, /Another export .+ is using/);
  writeFileSync(it.path('state.lock'), '999999999');
  it.origin = 'whodid/1';
  await it.export('2', flags);
  writeFileSync(it.path('state'), '{}');
  assert.match((await problemOf(it.export('3', flags)))!.message, /is not what an export remembers/);
});

test('Ctrl-C ends it with 130, leaves no file and remembers nothing', async () => {
  const it = await world(3);
  const io = capturedIo();
  io.interrupt();
  const error = await problemOf(it.export('1', { checkpoint: it.path('state') }, io));
  assert.instance(error, Exit);
  assert.is((error as unknown as Exit).status, 130);
  assert.equal(readdirSync(it.dir), []);
});

test.run();
