// A leak is told from what only goes up and down.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { randomFrom } from '../e2e/load.js';
import { growth } from './growth.js';

const SECONDS = 420;

/** A heap that fills and is collected every 17 seconds, and grows by so much a second. */
function readings(perSecond: number) {
  const random = randomFrom(7);
  return Array.from({ length: SECONDS }, (_, at) => ({
    at,
    value: 60 + (at % 17) * 1.5 + random() * 4 + at * perSecond,
  }));
}

test('what is collected again is no growth', () => {
  assert.ok(Math.abs(growth(readings(0))) < 1.5, String(growth(readings(0))));
});

test('a leak is, and as much as it is', () => {
  const grown = growth(readings(0.02));
  assert.ok(Math.abs(grown - 0.02 * SECONDS) < 1.5, String(grown));
});

test('a single peak is no growth, also at the end', () => {
  const flat = readings(0);
  flat.at(-1)!.value = 1_000;
  assert.ok(Math.abs(growth(flat)) < 1.5, String(growth(flat)));
});

test.run();
