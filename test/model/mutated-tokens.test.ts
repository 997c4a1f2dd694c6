// Access tokens and API tokens, changed at random in every way that comes to mind: none of them is anybody.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type TemporaryDaemon, temporaryDaemon } from '../daemon/temporary-daemon.js';
import { howMany, progress, seed } from '../full-form.js';

const TOKENS = howMany('WHODID_TEST_TOKENS', 3_000, 1_000_000);

/** Asked at once. */
const AT_ONCE = 16;

/** Well before an access token expires, in milliseconds. */
const LOGIN_AGAIN_MS = 300_000;

/** What a header may carry without being trimmed. */
const CHARACTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/~!,:;'];

let it: TemporaryDaemon;

test.before(async () => {
  it = await temporaryDaemon();
});
test.after(() => it?.stop());

const place = fc.nat();
const character = fc.constantFrom(...CHARACTERS);
type Change = (token: string, other: string) => string;

const at = (token: string, where: number) => where % token.length;
const segments = (token: string, change: (parts: string[]) => string[]) => change(token.split('.')).join('.');
const decoded = (part: string | undefined) => Buffer.from(part ?? '', 'base64url');

/** A claim or a header's member that says something else, in a token that is otherwise as it was. */
const says =
  (part: number, member: string, value: unknown): Change =>
  token =>
    segments(token, parts => {
      if (parts.length !== 3) return [...parts, 'x'];
      const json = { ...(JSON.parse(decoded(parts[part]).toString()) as object), [member]: value };
      return parts.with(part, Buffer.from(JSON.stringify(json)).toString('base64url'));
    });

const textChange: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(place, character).map(
    ([where, with_]): Change =>
      token =>
        token.slice(0, at(token, where)) + with_ + token.slice(at(token, where) + 1),
  ),
  fc.tuple(place, character).map(
    ([where, more]): Change =>
      token =>
        token.slice(0, at(token, where)) + more + token.slice(at(token, where)),
  ),
  place.map(
    (where): Change =>
      token =>
        token.slice(0, at(token, where)) + token.slice(at(token, where) + 1),
  ),
  place.map(
    (where): Change =>
      token =>
        token.slice(0, at(token, where)),
  ),
  // The last characters hold bits that a lenient decoder passes over.
  character.map(
    (last): Change =>
      token =>
        token.slice(0, -1) + last,
  ),
  fc.constantFrom<Change>(
    token => token.toUpperCase(),
    token => [...token].reverse().join(''),
    token => `${token}.${token}`,
    token => `${token}==`,
    (token, other) => segments(token, parts => parts.with(-1, other.split('.').at(-1)!)),
    (token, other) => segments(token, parts => parts.with(0, other.split('.')[0]!.slice(1))),
    token => segments(token, parts => parts.with(-1, '')),
    token => segments(token, parts => parts.with(-1, decoded(parts.at(-1)).toString('base64'))),
    token => segments(token, parts => parts.toReversed()),
  ),
);
const claimChange: fc.Arbitrary<Change> = fc.oneof(
  fc.constantFrom('none', 'HS256', 'EdDSA ', 'ES256', '').map(alg => says(0, 'alg', alg)),
  fc.constantFrom('../keys', '', 'x', null).map(kid => says(0, 'kid', kid)),
  fc.constantFrom('2', '0', 'system:init', null, 1).map(sub => says(1, 'sub', sub)),
  fc.constantFrom('x', '', null).map(sid => says(1, 'sid', sid)),
  fc.integer({ min: 1, max: 1e9 }).map(more => says(1, 'exp', Math.floor(Date.now() / 1000) + more)),
);

/** At most one change of what the token says, which must be the first, and any of its text. */
const changes = fc
  .tuple(fc.option(claimChange), fc.array(textChange, { maxLength: 3 }))
  .map(([claim, texts]) => (claim === null ? texts : [claim, ...texts]));

test('no token that was changed is anybody, and the daemon goes on', async () => {
  const sample = { seed: seed(), numRuns: AT_ONCE };
  const admin = await it.login();
  const { body } = await it.ask('POST', '/v1/tokens', {
    token: admin,
    body: { name: 'ci', role: 'auditor', expiresAt: Date.now() + 86_400_000 },
  });
  let good = [await it.login(), body.token as string];
  let other = await it.login();
  let loggedInAt = Date.now();
  const taken: string[] = [];
  const ahead = progress('tokens', TOKENS);
  let asked = 0;
  for (let round = 0; asked < TOKENS; round += 1) {
    if (Date.now() - loggedInAt > LOGIN_AGAIN_MS) {
      good = [await it.login(), body.token as string];
      other = await it.login();
      loggedInAt = Date.now();
    }
    const token = good[round % good.length]!;
    const ways = fc.sample(changes, { ...sample, seed: sample.seed + round });
    const mutated = ways
      .map(list => list.reduce((text, change) => (text === '' ? text : change(text, other)), token))
      .filter(text => text !== '' && !good.includes(text) && text !== other);
    asked += mutated.length;
    ahead(mutated.length);
    const answers = await Promise.all(mutated.map(text => it.ask('GET', '/v1/me', { token: text })));
    answers.forEach(({ status }, index) => {
      if (status !== 401) taken.push(`${status} ${mutated[index]} of ${token}`);
    });
  }
  assert.equal(taken.slice(0, 3), []);
  for (const token of good) assert.is((await it.ask('GET', '/v1/me', { token })).status, 200);
  assert.equal(
    it.logged.filter(line => line.includes('unexpectedly')),
    [],
  );
  process.stdout.write(`${asked} changed tokens refused `);
});

test.run();
