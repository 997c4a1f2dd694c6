// What `audit erase` asks for, shows and waits for.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { run } from '#src/cli/commands/audit/erase.js';
import type { Client } from '#src/shared/client.js';
import type { Erasure, ErasureRequest } from '#src/shared/erasure.js';
import { erasurePaths } from '#src/shared/erasure-path.js';
import { capturedIo } from '../captured-io.js';

const PREVIEW: Erasure = {
  id: null,
  state: 'preview',
  events: 2,
  values: 3,
  paths: [
    { path: '/changes/email', events: 2 },
    { path: '/context/ip', events: 1 },
  ],
  eventIds: [],
};
const DONE: Erasure = { id: 'e1', state: 'done', events: 2, values: 3, eventIds: ['a'] };

function given(answers: { erase?: Erasure; later?: Erasure[]; preview?: Erasure } = {}) {
  const asked: { request: ErasureRequest; comment?: string }[] = [];
  const later = [...(answers.later ?? [])];
  const client = {
    audit: {
      async erase(request: ErasureRequest, options: { comment?: string } = {}) {
        asked.push({ request, ...options });
        return request.preview ? (answers.preview ?? PREVIEW) : (answers.erase ?? DONE);
      },
      erasures: async () => ({ data: [later.shift()].filter(one => one !== undefined) }),
    },
  } as unknown as Client;
  return { client, asked };
}

const erase = (
  { client }: { client: Client },
  io: ReturnType<typeof capturedIo>,
  flags: object,
  event?: string,
) => run({ client, io, event, flags, clock: () => 0, askEveryMs: 1 });

const failure = (run: Promise<unknown>) =>
  run.then(
    () => undefined,
    (error: unknown) => error as { code?: string; status?: number; message: string },
  );

test('words become pointers into the event', () => {
  const words = {
    email: ['/changes/email'],
    'a/b': ['/changes/a~1b'],
    'address.zip': ['/changes/address.zip'],
    names: ['/actorName', '/targetName'],
    context: ['/context'],
    'context.ip': ['/context/ip'],
    'metadata.a.b': ['/metadata/a.b'],
    '/changes/context': ['/changes/context'],
  };
  for (const [word, paths] of Object.entries(words)) assert.equal(erasurePaths(word), paths, word);
  assert.is(erasurePaths('context.mood'), undefined);
});

test('on a terminal it shows what would go, and does it when the answer is yes', async () => {
  const it = given();
  const io = capturedIo({ terminal: true, answers: ['y'] });
  await erase(it, io, { target: ['users', '2'], actor: ['users:2'], field: ['email'], comment: 'why' });
  assert.equal(it.asked, [
    { request: { target: 'users:2', actor: 'users:2', paths: ['/changes/email'], preview: true } },
    { request: { target: 'users:2', actor: 'users:2', paths: ['/changes/email'] }, comment: 'why' },
  ]);
  assert.match(io.out(), /^3 values of 2 events would go:\n {2}\/changes\/email {2}of 2 events\n/);
  assert.match(io.out(), /Erased 3 values of 2 events\.\n {2}event a\n$/);
});

test('nothing is erased when the answer is no, nor when there is nothing', async () => {
  const it = given();
  const no = await failure(erase(it, capturedIo({ terminal: true, answers: ['n'] }), {}, '7'));
  assert.is(no?.status, 1);
  const empty = given({ preview: { ...PREVIEW, events: 0, values: 0, paths: [] } });
  const io = capturedIo({ terminal: true });
  await erase(empty, io, {}, '7');
  assert.is(io.out(), 'There is nothing to erase.\n');
  for (const { asked } of [it, empty])
    assert.equal(
      asked.map(({ request }) => request.preview),
      [true],
    );
});

test('a script says --yes, and one that takes long is waited for', async () => {
  const it = given({
    erase: { ...DONE, state: 'under way', events: 1 },
    later: [{ ...DONE, state: 'under way' }, DONE],
  });
  const io = capturedIo();
  await erase(it, io, { yes: true, json: true }, '7');
  assert.equal(JSON.parse(io.out()), DONE);
  assert.equal(it.asked, [{ request: { event: '7' } }]);
  const failed = given({ erase: { ...DONE, state: 'failed', reason: 'it is damaged' } });
  const other = capturedIo();
  assert.is((await failure(erase(failed, other, { yes: true }, '7')))?.status, 1);
  assert.match(other.err(), /could not be carried out: it is damaged/);
});

test('what is missing or too much is a usage error', async () => {
  const wrong: [object, string | undefined, RegExp][] = [
    [{}, undefined, /Of what\?/],
    [{ target: ['users', '1'] }, '7', /An event or an object/],
    [{ target: ['users'] }, undefined, /Which of the users/],
    [{}, '7', /give --yes/],
  ];
  for (const [flags, event, message] of wrong) {
    const it = given();
    const error = await failure(erase(it, capturedIo(), flags, event));
    assert.is(error?.code, 'bad_request');
    assert.match(error?.message ?? '', message);
    assert.equal(it.asked, []);
  }
});

test.run();
