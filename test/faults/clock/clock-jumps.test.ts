// The clock of a real daemon jumps while it works (libfaketime): the log keeps its order and its checkpoints, counted
// repeats go on, who is logged in stays so, and it knows how long it has been running.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Status } from '#src/shared/api.js';
import { temporaryDirectory } from '../../daemon/temporary-directory.js';
import { daemonProcess } from '../../e2e/daemon-process.js';
import { logFaults, wholeLog } from '../../e2e/load.js';

const HOUR_S = 3_600;
const JUMPS_S = [HOUR_S, -HOUR_S, 24 * HOUR_S, -24 * HOUR_S];

const library = execFileSync('faketime', ['-f', '+0', 'printenv', 'LD_PRELOAD'], { encoding: 'utf8' }).trim();
const clockFile = join(temporaryDirectory(), 'clock');
const setClock = (aheadS: number) => writeFileSync(clockFile, `${aheadS < 0 ? '' : '+'}${aheadS}`);
const UNDER_A_CLOCK = [
  'env',
  `LD_PRELOAD=${library}`,
  `FAKETIME_TIMESTAMP_FILE=${clockFile}`,
  'FAKETIME_NO_CACHE=1',
  'FAKETIME_DONT_FAKE_MONOTONIC=1',
  'NO_FAKE_STAT=1',
];

test('an hour and a day, ahead and back, and then as it was', async () => {
  setClock(0);
  const it = await daemonProcess();
  try {
    await it.start(UNDER_A_CLOCK);
    const started = performance.now();
    const token = await it.login();
    const ask = async (method: string, path: string, bearer: string, body?: object) => {
      const answer = await fetch(`${it.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${bearer}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
    };
    const { body: api } = await ask('POST', '/v1/tokens', token, {
      name: 'watching',
      role: 'admin',
      expiresAt: Date.now() + 30 * 24 * HOUR_S * 1000,
    });
    const seen: number[] = [];
    for (const jumpS of [...JUMPS_S, 0]) {
      // Before each jump a session begins that must outlive it.
      const { body: session } = await ask('POST', '/v1/sessions', '', {
        email: 'ada@example.com',
        password: 'correct horse',
      });
      setClock(jumpS);
      const told = `${jumpS} s`;
      const { status, body: note } = await ask('POST', '/v1/records/notes', api.token, {
        targetType: 'users',
        targetId: '1',
        data: told,
      });
      assert.is(status, 201, told);
      seen.push(note.timestamp - Date.now());
      for (let time = 0; time < 3; time += 1)
        assert.is((await ask('GET', `/v1/records/notes/${9_000 + jumpS}`, api.token)).status, 404);
      const renewed = await ask('POST', '/v1/sessions/refresh', '', { refreshToken: session.refreshToken });
      assert.is(renewed.status, 200, told);
      assert.is((await ask('GET', '/v1/me', renewed.body.accessToken)).status, 200, told);
      // The checkpoint goes on to cover what came after the jump.
      const { body: newest } = await ask('GET', '/v1/audit/events?limit=1&target=notes:', api.token);
      const { seq } = newest.data[0];
      const covered = async () => {
        const { body } = await ask('GET', '/v1/audit/checkpoint', api.token);
        return Number(body.checkpoint.split('\n')[1]) >= seq;
      };
      while (!(await covered())) await new Promise(resolve => setTimeout(resolve, 50));
    }
    // The clock that the daemon saw really jumped.
    seen.forEach((aheadMs, index) => {
      const jumpMs = (JUMPS_S[index] ?? 0) * 1000;
      assert.ok(Math.abs(aheadMs - jumpMs) < 60_000, `${aheadMs} ms ahead, and ${jumpMs} was set`);
    });

    const { body: status } = await ask('GET', '/v1/status', api.token);
    const running = performance.now() - started;
    assert.ok(
      (status as Status).uptimeMs > 0 && (status as Status).uptimeMs < running + 60_000,
      `${(status as Status).uptimeMs} ms of ${running}`,
    );
    const events = await wholeLog(it.url, api.token);
    assert.equal(logFaults(events), []);
    events.forEach(({ recordedAt, seq }, index) => {
      assert.ok(index === 0 || recordedAt >= events[index - 1]!.recordedAt, `seq ${seq}`);
    });

    // Repeats of before and after the jumps are counted, and recorded at the latest when it stops.
    assert.is(await it.kill('SIGTERM'), 0, it.said());
    await it.start(UNDER_A_CLOCK);
    const counted = (await wholeLog(it.url, await it.login())).filter(
      ({ eventName, count }) => eventName === 'request.failed' && count === 2,
    );
    assert.is(counted.length, JUMPS_S.length + 1);
    assert.is(await it.kill('SIGTERM'), 0, it.said());
  } finally {
    await it.discard();
  }
});

test.run();
