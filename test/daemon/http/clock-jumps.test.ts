// The wall clock jumps, by an hour and a day, ahead and back: nobody who is logged in is thrown out by a jump back, what
// has expired stays so, and a lockout lasts as long as it would have.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ADMIN, type TemporaryDaemon, temporaryDaemon } from '../temporary-daemon.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const BACK = { 'an hour back': -HOUR, 'a day back': -DAY };
const EITHER_WAY = { ...BACK, 'an hour ahead': HOUR, 'a day ahead': DAY };

let it: TemporaryDaemon;
let wall = Date.now();
let monotonic = 0;
const clock = { now: () => wall, monotonic: () => monotonic };

function pass(ms: number): void {
  wall += ms;
  monotonic += ms;
}
function jump(ms: number): void {
  wall += ms;
}

test.before(async () => {
  it = await temporaryDaemon({ WHODID_SESSIONS_REFRESH_IDLE_SECONDS: String((30 * DAY) / SECOND) }, clock);
});
test.after(() => it?.stop());

const signIn = async (password = ADMIN.password) =>
  it.ask('POST', '/v1/sessions', { body: { email: ADMIN.email, password } });
const refresh = (refreshToken: string) => it.ask('POST', '/v1/sessions/refresh', { body: { refreshToken } });
const statusOf = async (token: string) => (await it.ask('GET', '/v1/me', { token })).status;

for (const [how, ms] of Object.entries(BACK)) {
  test(`${how}: who is logged in stays so, with a token that was used and one that was not`, async () => {
    const [used, unused] = [(await signIn()).body, (await signIn()).body];
    assert.is(await statusOf(used.accessToken), 200);
    jump(ms);
    assert.is(await statusOf(used.accessToken), 200);
    assert.is(await statusOf(unused.accessToken), 200);
    assert.is(await statusOf((await signIn()).body.accessToken), 200, 'a new one');
    // And no longer than without it.
    pass(10 * MINUTE);
    assert.is(await statusOf(used.accessToken), 401);
    assert.is(await statusOf(unused.accessToken), 401);
    assert.is((await refresh(used.refreshToken)).status, 200);
  });

  test(`${how}: what has expired stays expired`, async () => {
    const { body } = await signIn();
    // Nobody asks while it expires.
    pass(20 * MINUTE);
    jump(ms);
    assert.is(await statusOf(body.accessToken), 401);

    const idle = (await signIn()).body;
    pass(30 * DAY);
    jump(ms);
    assert.is((await refresh(idle.refreshToken)).status, 401, 'a session that nobody renewed');
  });

  test(`${how}: an API token ends at the moment that it names, by the clock as it is`, async () => {
    jump(ms);
    const { body } = await it.ask('POST', '/v1/tokens', {
      token: (await signIn()).body.accessToken,
      body: { name: 'short', role: 'viewer', expiresAt: wall + MINUTE },
    });
    assert.is(await statusOf(body.token), 200);
    pass(MINUTE);
    assert.is(await statusOf(body.token), 401);
  });

  test(`${how}: a refresh token that was stolen is not good for longer`, async () => {
    const { body } = await signIn();
    assert.is((await refresh(body.refreshToken)).status, 200);
    pass(2 * MINUTE);
    jump(ms);
    assert.is((await refresh(body.refreshToken)).status, 401);
  });
}

for (const [how, ms] of Object.entries(EITHER_WAY)) {
  test(`${how}: a session goes on, and begins`, async () => {
    const { body } = await signIn();
    jump(ms);
    const renewed = await refresh(body.refreshToken);
    assert.is(renewed.status, 200, JSON.stringify(renewed.body));
    assert.is(await statusOf(renewed.body.accessToken), 200);
    assert.is(await statusOf((await signIn()).body.accessToken), 200);
  });

  test(`${how}: a lockout lasts as long as it would have`, async () => {
    for (let attempt = 0; attempt < 5; attempt += 1) await signIn('wrong');
    assert.is((await signIn()).status, 429);
    jump(ms);
    assert.is((await signIn()).status, 429, 'a jump opens nothing');
    pass(MINUTE);
    assert.is((await signIn()).status, 201, 'nor does it shut anybody out');
  });
}

test('after a restart on a clock that was set back, a session is renewed', async () => {
  const { body } = await signIn();
  jump(-DAY);
  await it.restart();
  assert.is((await refresh(body.refreshToken)).status, 200);
});

test.run();
