// Verifications that are interrupted and gone on with.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createVerifications } from '#src/daemon/audit/verify/verifications.js';
import { openForReading } from '#src/daemon/sqlite.js';
import { Problem } from '#src/shared/problem.js';
import { temporaryLog } from '../temporary-log.js';
import { randomEvents } from './logs.js';

const log = temporaryLog();
await log.append(...randomEvents(3_000, 4));
await log.store.sign();

const fresh = () => createVerifications(() => openForReading(log.file));

/** Goes on until the end. @returns how far each step was, and the verdict */
function finish(verifications: ReturnType<typeof fresh>, id: string) {
  const done: number[] = [];
  for (;;) {
    const { progress, verdict } = verifications.step(id);
    if (verdict !== undefined) return { done, verdict };
    done.push(progress.done);
  }
}

test('one that was interrupted goes on where it was, and comes to the same', () => {
  const verifications = fresh();
  const whole = finish(verifications, verifications.begin({ heads: [] }));
  const id = verifications.begin({ heads: [] });
  const { progress } = verifications.step(id);
  assert.ok(progress!.done < 3_000, 'there is something left to do');
  verifications.pause(id);
  assert.ok(verifications.resume(id));
  const { done, verdict } = finish(verifications, id);
  assert.ok(done.every(one => one >= progress!.done));
  assert.equal(verdict, whole.verdict);
  assert.is(verifications.resume(id), false, 'it is over');
  verifications.close();
});

test('one that somebody waits for, or that is unknown, is not gone on with', () => {
  const verifications = fresh();
  const id = verifications.begin({ heads: [] });
  assert.is(verifications.resume(id), false);
  assert.is(verifications.resume('00000000-0000-4000-8000-000000000000'), false);
  verifications.close();
});

test('what was interrupted gives way to what somebody waits for', () => {
  const verifications = fresh();
  const [first, second] = [verifications.begin({ heads: [] }), verifications.begin({ heads: [] })];
  assert.throws(
    () => verifications.begin({ heads: [] }),
    (error: unknown) => error instanceof Problem && error.code === 'unavailable',
  );
  verifications.pause(first);
  const third = verifications.begin({ heads: [] });
  assert.is(verifications.resume(first), false);
  assert.ok(finish(verifications, second).verdict.ok);
  assert.ok(finish(verifications, third).verdict.ok);
  verifications.close();
});

test('one that holds a state of the log is not kept: the file would grow', () => {
  const verifications = fresh();
  const id = verifications.begin({ heads: [] });
  for (let phase = ''; phase !== 'index'; ) {
    const { progress } = verifications.step(id);
    phase = progress?.phase ?? 'index';
  }
  verifications.pause(id);
  assert.is(verifications.resume(id), false);
  verifications.close();
});

test.run();
