import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { unescapeText } from '#src/cli/output/escape.js';
import { EVENT_VIEW } from '#src/cli/output/event-view.js';
import type { Format, OutputFlags } from '#src/cli/output/options.js';
import { showOne, showRows } from '#src/cli/output/show.js';
import { properties, type View } from '#src/cli/output/view.js';
import { capturedIo } from '../captured-io.js';
import { event } from '../events.js';

interface Pair {
  a: string;
  b: string;
}
const PAIRS: View<Pair> = { fields: properties<Pair>(['a', 'b']), row: ['a', 'b'] };
const clock = () => 0;

async function* each<Row>(rows: Row[]): AsyncGenerator<Row> {
  yield* rows;
}

async function shown<Row>(rows: Row[], view: View<Row>, flags: OutputFlags): Promise<string> {
  const io = capturedIo();
  await showRows(each(rows), view, { io, clock, flags });
  return io.out();
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', '\t', '\\', ' ', 'a') }),
);
const rowsOfText = fc.array(fc.tuple(anyText, anyText).map(([a, b]) => ({ a, b })));

test('tab-separated rows: a line a row, and each cell can be had back', async () => {
  await fc.assert(
    fc.asyncProperty(rowsOfText, async rows => {
      const lines = (await shown(rows, PAIRS, {})).split('\n').slice(0, -1);
      const read = lines.map(line => {
        const [a = '', b = '', ...more] = line.split('\t');
        assert.is(more.length, 0);
        return { a: unescapeText(a), b: unescapeText(b) };
      });
      assert.equal(read, rows);
    }),
  );
});

/** A reader of RFC 4180, with nothing of ours in it. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^,\r\n"]*))(,|\r\n)/gy;
  while (cell.lastIndex < text.length) {
    const match = cell.exec(text);
    if (match === null) throw new Error('not RFC 4180');
    row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

test('CSV: RFC 4180 with a header, and each cell can be had back', async () => {
  await fc.assert(
    fc.asyncProperty(rowsOfText, async rows => {
      const [header, ...cells] = readCsv(await shown(rows, PAIRS, { csv: true }));
      assert.equal(header, ['a', 'b']);
      assert.equal(
        cells.map(([a = '', b = '']) => ({ a: unescapeText(a), b: unescapeText(b) })),
        rows,
      );
    }),
  );
});

test('JSON: one array, or an object a line', async () => {
  await fc.assert(
    fc.asyncProperty(rowsOfText, async rows => {
      const same = JSON.parse(JSON.stringify(rows));
      assert.equal(JSON.parse(await shown(rows, PAIRS, { json: true })), same);
      const lines = (await shown(rows, PAIRS, { jsonl: true })).split('\n').slice(0, -1);
      assert.equal(
        lines.map(line => JSON.parse(line)),
        same,
      );
    }),
  );
});

test('nothing is an empty array, or no line at all', async () => {
  assert.is(await shown([], PAIRS, { json: true }), '[]\n');
  assert.is(await shown([], PAIRS, { jsonl: true }), '');
  assert.is(await shown([], PAIRS, {}), '');
  assert.is(await shown([], PAIRS, { csv: true }), 'a,b\r\n');
});

test('an event in a pipe: seven columns, UTC, changes as JSON that another program can read', async () => {
  const line = await shown(
    [event({ changes: { data: { prev: null, next: 'a\tb\u009b\\' } } })],
    EVENT_VIEW,
    {},
  );
  const cells = line.trimEnd().split('\t');
  assert.equal(cells.slice(0, 5), ['2026-07-31T12:00:00.000Z', 'users:1', 'changed', 'notes:17', 'success']);
  assert.equal(JSON.parse(cells[5] ?? ''), { data: { prev: null, next: 'a\tb\u009b\\' } });
  assert.is(line.split('\t').length, 7);
});

test('--fields picks and orders columns in every format', async () => {
  const flags = { fields: 'action, target' };
  const rows = [event()];
  const expected: Record<Exclude<Format, 'table'>, string> = {
    tsv: 'changed\tnotes:17\n',
    csv: 'action,target\r\nchanged,notes:17\r\n',
    json: '[\n{"action":"changed","target":"notes:17"}\n]\n',
    jsonl: '{"action":"changed","target":"notes:17"}\n',
  };
  for (const [format, text] of Object.entries(expected)) {
    assert.is(await shown(rows, EVENT_VIEW, { ...flags, [format]: true }), text, format);
  }
});

test('an unknown field is a usage error that lists the known ones', async () => {
  try {
    await shown([event()], EVENT_VIEW, { fields: 'id,colour' });
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), /--fields does not know "colour"\. It knows time, actor, target, seq, id, /);
  }
});

test('two formats at once are a usage error', async () => {
  try {
    await shown([event()], EVENT_VIEW, { json: true, csv: true });
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), /Only one of --json and --csv/);
  }
});

test('one thing: an object, a row, and on a terminal a field a line', async () => {
  const pair: Pair = { a: 'x', b: '\u001b[2J' };
  const machine = capturedIo();
  await showOne(pair, PAIRS, { io: machine, clock, flags: { json: true } });
  assert.is(machine.out(), '{"a":"x","b":"\\u001b[2J"}\n');
  const pipe = capturedIo();
  await showOne(pair, PAIRS, { io: pipe, clock, flags: {} });
  assert.is(pipe.out(), 'x\t\\u001b[2J\n');
  const terminal = capturedIo({ terminal: true });
  await showOne(pair, PAIRS, { io: terminal, clock, flags: {} });
  assert.is(terminal.out(), 'a  x\nb  \\u001b[2J\n');
});

test('a million rows are written in pieces, not as one text', async () => {
  const io = capturedIo();
  let longest = 0;
  const write = async (text: string) => {
    longest = Math.max(longest, text.length);
  };
  async function* many(): AsyncGenerator<Pair> {
    for (let n = 0; n < 100_000; n += 1) yield { a: String(n), b: 'x'.repeat(100) };
  }
  await showRows(many(), PAIRS, { io: { ...io, write }, clock, flags: { json: true } });
  assert.ok(longest < 100_000, `wrote ${longest} characters at once`);
});

test.run();
