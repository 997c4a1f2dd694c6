// What `audit retention` asks for and shows.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { run } from '#src/cli/commands/audit/retention.js';
import type { Client } from '#src/shared/client.js';
import type { RetentionPreview, RetentionQuestion } from '#src/shared/retention.js';
import { capturedIo } from '../captured-io.js';

const SPAN = { first: 1, last: 1200, since: 1_700_000_000_000, until: 1_700_100_000_000 };
const PREVIEW: RetentionPreview = {
  clock: 1_800_000_000_000,
  trusted: 1_800_000_000_000,
  retention: '400d',
  removing: null,
  removal: { ...SPAN, events: 1200, occurrences: 1300 },
  erasures: [
    {
      rule: { after: '90d', actions: ['viewed'] },
      before: 1_790_000_000_000,
      control: false,
      range: SPAN,
      events: 2,
      values: 3,
      paths: [{ path: '/context/\u001b', events: 2 }],
    },
  ],
};

async function shown(flags: object, parts: Partial<RetentionPreview> = {}, terminal = true) {
  const asked: RetentionQuestion[] = [];
  const client = {
    audit: {
      async retention(question: RetentionQuestion) {
        asked.push(question);
        return { ...PREVIEW, ...parts };
      },
    },
  } as unknown as Client;
  const io = capturedIo({ terminal });
  await run({ client, io, flags, clock: () => 0 });
  return { text: io.out(), asked };
}

test('people read what would go, escaped', async () => {
  const { text, asked } = await shown({});
  assert.equal(asked, [{}]);
  const lines = text.split('\n');
  assert.match(
    lines[0]!,
    /^Events are kept for 400d: 1,200 events would be removed \(1,300 occurrences\), 1 to 1,200, stored .+ to .+\.$/,
  );
  assert.match(
    lines[1]!,
    /^Rule \{"after":"90d","actions":\["viewed"\]\}: 3 values of 2 events would be erased, among 1 to 1,200, stored /,
  );
  assert.is(lines[2], '  /context/\\u001b  of 2 events');
});

test('nothing due, a removal under way, and a clock that the log does not bear out are said', async () => {
  const nothing = { removal: null, erasures: [] };
  assert.is((await shown({}, { ...nothing })).text, 'Events are kept for 400d: none would be removed.\n');
  assert.is((await shown({}, { ...nothing, retention: '' })).text, 'Events are kept for ever.\n');
  assert.is(
    (await shown({}, { ...nothing, removing: 1500 })).text,
    'The events up to 1,500 are being removed.\n',
  );
  assert.match(
    (await shown({}, { trusted: 1_700_000_000_000 })).text,
    /^Ages are counted to .+: the log bears out/,
  );
});

test('a program gets JSON', async () => {
  const { text } = await shown({ json: true }, {}, false);
  assert.equal(JSON.parse(text), PREVIEW);
});

test('a file is asked about as if it were config.toml, and is refused like one', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'whodid-')), 'new.toml');
  writeFileSync(file, '[audit]\nretention = "500d"\n[[audit.retentionRules]]\nafter = "9d"\ntypes = ["a"]\n');
  const { asked } = await shown({ config: file });
  assert.equal(asked, [{ retention: '500d', rules: '[{"after":"9d","types":["a"]}]' }]);
  writeFileSync(file, '');
  assert.equal((await shown({ config: file })).asked, [{ retention: '', rules: '[]' }]);
  for (const [text, message] of [
    ['[audit]\nretention = "9d"\n', /audit\.retention must be a number of days from 366 on/],
    ['[[audit.retentionRules]]\nafter = "9d"\n', /rule 1: types or actions must say/],
  ] as const) {
    writeFileSync(file, text);
    await shown({ config: file }).then(
      () => assert.unreachable(),
      (error: Error) => assert.match(error.message, message),
    );
  }
});

test.run();
