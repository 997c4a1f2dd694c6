import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createKnownTerms } from '#src/daemon/audit/known-terms.js';
import { KIND } from '#src/daemon/audit/term.js';

const term = (id: number) => ({ id });

test('a term is known by its kind and value', () => {
  const known = createKnownTerms<{ id: number }>(10);
  known.set(KIND.actor, 'users:1', term(1));
  known.set(KIND.target, 'users:1', term(2));
  assert.equal(known.get(KIND.actor, 'users:1'), term(1));
  assert.equal(known.get(KIND.target, 'users:1'), term(2));
  assert.is(known.get(KIND.actor, 'users:2'), undefined);
});

test('what is met again stays, what is not goes, and after each trim there are never more than so many', () => {
  const known = createKnownTerms<{ id: number }>(100);
  known.set(KIND.actor, 'often', term(0));
  for (let id = 1; id <= 1_000; id += 1) {
    known.set(KIND.target, `t:${id}`, term(id));
    known.trim();
    assert.equal(known.get(KIND.actor, 'often'), term(0));
  }
  for (let id = 1_000; id > 975; id -= 1) assert.equal(known.get(KIND.target, `t:${id}`), term(id));
  for (let id = 1; id <= 900; id += 1) assert.is(known.get(KIND.target, `t:${id}`), undefined, `t:${id}`);
});

test('nothing goes between two trims, however much is met', () => {
  const known = createKnownTerms<{ id: number }>(4);
  for (let id = 1; id <= 100; id += 1) known.set(KIND.target, `t:${id}`, term(id));
  for (let id = 1; id <= 100; id += 1) assert.equal(known.get(KIND.target, `t:${id}`), term(id));
});

test('setting a term again counts once', () => {
  const known = createKnownTerms<{ id: number }>(4);
  known.set(KIND.actor, 'a', term(1));
  for (let round = 0; round < 10; round += 1) {
    known.set(KIND.actor, 'b', term(2));
    known.trim();
  }
  assert.equal(known.get(KIND.actor, 'a'), term(1));
});

test('a term that is gone is not known, however long ago it was met', () => {
  const known = createKnownTerms<{ id: number }>(4);
  for (const value of ['a', 'b', 'c']) {
    known.set(KIND.actor, value, term(1));
    known.trim();
  }
  for (const value of ['a', 'c']) known.delete(KIND.actor, value);
  assert.equal(
    ['a', 'b', 'c'].map(value => known.get(KIND.actor, value)),
    [undefined, term(1), undefined],
  );
});

test('after a rollback nothing is known', () => {
  const known = createKnownTerms<{ id: number }>(10);
  known.set(KIND.actor, 'a', term(1));
  known.clear();
  assert.is(known.get(KIND.actor, 'a'), undefined);
});

test.run();
