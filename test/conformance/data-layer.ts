// What any data layer must do for the core, whatever keeps the rows: whole operations in somebody's name, each
// with its events or not at all. A suite is made from a way to open a fresh one.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Actor } from '#src/daemon/data/actor.js';
import type { DataLayer } from '#src/daemon/data/data-layer.js';
import type { UserData } from '#src/daemon/data/user-data.js';
import type { PendingEvent } from '#src/shared/data-event.js';
import { Problem, type ProblemCode } from '#src/shared/problem.js';

export interface DataLayerUnderTest {
  data: DataLayer;
  /** Closes it and opens it again, as after a restart. */
  reopen(): Promise<DataLayer>;
  dispose(): Promise<void>;
}

const ADA: Actor = { type: 'users', id: '1', name: 'Ada' };
const CI: Actor = {
  type: 'tokens',
  id: 'ci',
  name: 'CI',
  onBehalfOf: { type: 'users', id: '1' },
  tenantId: 't1',
  requestId: 'r1',
  correlationId: 'c1',
  context: { ip: '::1', comment: 'ticket 7' },
};

/** The stock that the tests keep: a unique name, a secret, a field whose changes do not count. */
const SCHEMA = {
  type: 'object',
  properties: {
    name: { type: 'string', 'x-whodid': { name: true, unique: true } },
    amount: { type: 'integer', minimum: 0 },
    pin: { type: 'string', 'x-whodid': { secret: true } },
    touchedAt: { type: 'integer', 'x-whodid': { ignored: true } },
  },
  required: ['name'],
};

const codeOf = (work: Promise<unknown>): Promise<ProblemCode | 'done'> =>
  work.then(
    () => 'done' as const,
    error => {
      if (error instanceof Problem) return error.code;
      throw error;
    },
  );

const inShort = (events: readonly PendingEvent[]) =>
  events.map(({ targetType, targetId, eventName }) => `${targetType}:${targetId} ${eventName}`);

/** A data layer with the type `stock`, and what has been committed since it had it. */
async function withStock({ data }: DataLayerUnderTest) {
  const { type } = await data.as(ADA).types.define({ name: 'stock', schema: SCHEMA });
  let from = data.queue.head();
  return {
    type,
    /** The events committed since the last call, a list for each commit. */
    async commits(source: DataLayer = data): Promise<PendingEvent[][]> {
      const batches: PendingEvent[][] = [];
      for (;;) {
        const { events, cursor } = await source.queue.read(from, 1);
        if (events.length === 0) return batches;
        batches.push(events);
        from = cursor;
      }
    },
  };
}

/** Registers the suite under `name`; `open` gives a fresh data layer whose `users 1` is its only account. */
export function dataLayerSuite(name: string, open: () => Promise<DataLayerUnderTest>): void {
  const test = suite(name);

  interface Stock extends Awaited<ReturnType<typeof withStock>> {
    it: DataLayerUnderTest;
    ada: UserData;
    events(): Promise<PendingEvent[]>;
  }

  const onStock = (what: string, body: (stock: Stock) => Promise<void>) =>
    test(what, async () => {
      const it = await open();
      try {
        const stock = await withStock(it);
        const events = async () => (await stock.commits()).flat();
        await body({ ...stock, it, ada: it.data.as(ADA), events });
      } finally {
        await it.dispose();
      }
    });

  onStock('every event names who did it, for whom, and in which request', async ({ it, type, events }) => {
    const ci = it.data.as(CI);
    const { id } = await ci.records.create(type, { name: 'tea' });
    await ci.records.view(type, id);
    await ci.records.list(type, { where: {}, limit: 9, order: 'asc', minimal: false });
    await ci.records.update(type, id, { amount: 1 });
    await ci.records.delete(type, id);
    await ci.records.restore(type, id, { name: 'tea' });
    await ci.types.define({ name: 'bins', schema: SCHEMA });
    await ci.types.revise({ name: 'bins', schema: { ...SCHEMA, required: [] } });
    await ci.types.delete('bins', true);
    await ci.tokens.create(token('a'));
    await ci.tokens.revoke('a', () => true);
    await ci.sessions.begin(session('s'), Buffer.from('s'), () => undefined);
    await ci.sessions.end('s', 'session.revoked', () => true);
    await ci.users.setPassword({ id: '1', name: 'Ada' }, 'hash');
    await ci.happened({ action: 'created', target: { type: 'keys', id: 'k' }, eventName: 'key.rotated' });
    await ci.occurred({ action: 'viewed', target: { type: 'audit', id: 'log' }, eventName: 'audit.queried' });
    const all = await events();
    assert.is(all.length, 18);
    for (const event of all) {
      const { actorType, actorId, actorName, onBehalfOf, tenantId, requestId, correlationId, context } =
        event;
      assert.equal(
        {
          type: actorType,
          id: actorId,
          name: actorName,
          onBehalfOf,
          tenantId,
          requestId,
          correlationId,
          context,
        },
        CI,
        String(event.eventName),
      );
    }
  });

  onStock('people who work at once are not mixed up', async ({ it, type, events }) => {
    const people = Array.from({ length: 20 }, (_, n) => ({ type: 'users', id: String(n + 100) }));
    await Promise.all(
      people.map(async person => {
        const { id } = await it.data.as(person).records.create(type, { name: person.id });
        await it.data.as(person).records.update(type, id, { amount: 1 });
      }),
    );
    const all = await events();
    assert.is(all.length, 80);
    for (const { actorId, targetName } of all) assert.is(actorId, targetName);
  });

  onStock(
    'a refusal is a rejection, and neither rows nor events come of it',
    async ({ ada, type, events }) => {
      const { id } = await ada.records.create(type, { name: 'tea' }, { minimal: true });
      await events();
      const refused: [() => Promise<unknown>, ProblemCode][] = [
        [() => ada.records.view(type, '99'), 'not_found'],
        [() => ada.records.peek(type, 'x'), 'not_found'],
        [() => ada.records.create(type, { name: 'tea' }), 'conflict'],
        [() => ada.records.create(type, { amount: 1 }), 'invalid'],
        [() => ada.records.create(type, { name: 'milk', colour: 'white' }), 'invalid'],
        [() => ada.records.update(type, id, { amount: -1 }), 'invalid'],
        [() => ada.records.update(type, id, { amount: 1 }, { ifMatch: [9] }), 'precondition_failed'],
        [() => ada.records.delete(type, id, { ifMatch: [9] }), 'precondition_failed'],
        [() => ada.records.restore(type, id, { name: 'tea' }), 'conflict'],
        [() => ada.types.define({ name: 'stock', schema: SCHEMA }), 'conflict'],
        [() => ada.types.revise({ name: 'stock', schema: { ...SCHEMA, required: ['amount'] } }), 'conflict'],
        [() => ada.types.delete('stock', false), 'conflict'],
        [() => ada.types.delete('users', true), 'conflict'],
        [() => ada.tokens.revoke('none', () => true), 'not_found'],
        [() => ada.sessions.end('none', 'session.ended', () => true), 'not_found'],
        [() => ada.users.update('1', { role: 'viewer' }, {}), 'conflict'],
        [() => ada.users.delete('1', {}), 'conflict'],
      ];
      for (const [work, code] of refused) assert.is(await codeOf(work()), code);
      assert.equal(await events(), []);
      assert.equal((await ada.records.peek(type, id)).body, { name: 'tea' });
      assert.equal(ada.eventIds.length, 1);
    },
  );

  onStock('what fails half-way leaves nothing, and takes nobody else down', async ({ it, type, events }) => {
    const [one, two, three] = await Promise.allSettled([
      it.data.as(ADA).records.create(type, { name: 'one' }, { minimal: true }),
      it.data.as(ADA).records.create(
        type,
        { name: 'two' },
        {
          minimal: true,
          alongside: () => {
            throw new Problem('conflict', 'No.');
          },
        },
      ),
      it.data.as(ADA).records.create(type, { name: 'three' }, { minimal: true }),
    ]);
    assert.equal([one.status, two.status, three.status], ['fulfilled', 'rejected', 'fulfilled']);
    assert.equal(
      (await events()).map(({ targetName }) => targetName),
      ['one', 'three'],
    );
    const left = await it.data.as(ADA).records.create(type, { name: 'two' });
    assert.is(left.body.name, 'two', 'its unique name is free');
  });

  onStock('along one record each prev is what the one before left', async ({ it, type, events }) => {
    const { id } = await it.data.as(ADA).records.create(type, { name: 'tea', amount: 0 });
    await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        it.data.as({ type: 'users', id: String(n) }).records.update(type, id, { amount: (n * 7) % 11 }),
      ),
    );
    let amount: unknown = null;
    let changes = 0;
    for (const event of await events()) {
      const change = event.changes?.amount;
      if (change === undefined) continue;
      assert.is(change.prev, amount);
      assert.is.not(change.next, amount);
      amount = change.next;
      changes += 1;
    }
    const { body, version } = await it.data.as(ADA).records.peek(type, id);
    assert.equal([body.amount, version], [amount, changes]);
  });

  onStock('of writers who have seen the same version, one wins', async ({ ada, type, events }) => {
    const { id, version } = await ada.records.create(type, { name: 'tea', amount: 0 });
    const codes = await Promise.all(
      [1, 2, 3].map(amount => codeOf(ada.records.update(type, id, { amount }, { ifMatch: [version] }))),
    );
    assert.equal(codes, ['done', 'precondition_failed', 'precondition_failed']);
    assert.is((await events()).filter(({ action }) => action === 'changed').length, 1);
    assert.is((await ada.records.peek(type, id)).body.amount, 1);
  });

  onStock('a record is written as its type is defined at that moment', async ({ ada, type }) => {
    const properties = { ...SCHEMA.properties, amount: { type: 'integer', maximum: 9 } };
    await ada.types.revise({ name: 'stock', schema: { ...SCHEMA, properties } });
    assert.is(await codeOf(ada.records.create(type, { name: 'tea', amount: 10 })), 'invalid');
    const { id } = await ada.records.create(type, { name: 'tea', amount: 9 });
    assert.is(await codeOf(ada.records.update(type, id, { amount: 10 })), 'invalid');
    await ada.types.delete('stock', true);
    assert.is(await codeOf(ada.records.create(type, { name: 'tea' })), 'not_found');
  });

  onStock('beyond 100 sessions of a user the daemon ends the oldest', async ({ it, events }) => {
    const actor = { ...ADA, requestId: 'r101' };
    for (let n = 1; n <= 101; n += 1) {
      await it.data.as(actor).sessions.begin(session(`s${n}`), Buffer.from(`s${n}`), () => undefined);
    }
    const [revoked, ...more] = (await events()).filter(({ action }) => action === 'deleted');
    assert.is(more.length, 0);
    assert.equal(
      [revoked!.actorType, revoked!.actorId, revoked!.actorName, revoked!.requestId, revoked!.targetId],
      ['system', 'daemon', undefined, 'r101', 's1'],
    );
    assert.is(revoked!.context?.reason, 'too many sessions');
  });

  onStock('of records with the same unique value, one is made', async ({ ada, type }) => {
    const make = () => codeOf(ada.records.create(type, { name: 'tea' }));
    assert.equal(await Promise.all([make(), make()]), ['done', 'conflict']);
  });

  onStock('an id is never given twice, also after a restart', async ({ it, type }) => {
    const make = async (data: DataLayer, name: string) =>
      (await data.as(ADA).records.create(type, { name })).id;
    assert.equal([await make(it.data, 'a'), await make(it.data, 'b')], ['1', '2']);
    await it.data.as(ADA).records.delete(type, '2');
    assert.is(await make(it.data, 'c'), '3');
    await it.data.as(ADA).records.delete(type, '3');
    const again = await it.reopen();
    assert.is(await make(again, 'd'), '4');
    await again.as(ADA).records.restore(type, '9', { name: 'nine' });
    assert.is(await make(again, 'e'), '10');
  });

  onStock('who is shown a body has viewed it, and nobody else', async ({ ada, type, events }) => {
    const { id } = await ada.records.create(type, { name: 'tea' });
    await ada.records.update(type, id, { amount: 1 });
    await ada.records.update(type, id, { amount: 1 });
    await ada.records.view(type, id);
    assert.equal(inShort(await events()), [
      'stock:1 stock.created',
      'stock:1 stock.viewed',
      'stock:1 stock.amount.changed',
      'stock:1 stock.viewed',
      'stock:1 stock.viewed',
      'stock:1 stock.viewed',
    ]);
    await ada.records.create(type, { name: 'milk' }, { minimal: true });
    await ada.records.update(type, id, { amount: 2 }, { minimal: true });
    await ada.records.peek(type, id);
    await ada.records.find(type, id);
    const all = { where: {}, limit: 9, order: 'desc' } as const;
    await ada.records.list(type, { ...all, minimal: true });
    assert.equal(inShort(await events()), ['stock:2 stock.created', 'stock:1 stock.amount.changed']);
    await ada.records.list(type, { ...all, minimal: false });
    assert.equal(inShort(await events()), ['stock:2 stock.viewed', 'stock:1 stock.viewed']);
  });

  onStock('a list goes by id, both ways, and filters by equality', async ({ ada, type }) => {
    for (const [name, amount] of [
      ['a', 1],
      ['b', 2],
      ['c', 1],
    ] as const) {
      await ada.records.create(type, { name, amount });
    }
    const ids = async (query: object) =>
      (
        await ada.records.list(type, { where: {}, limit: 9, order: 'asc', minimal: true, ...query })
      ).records.map(({ id }) => id);
    assert.equal(await ids({}), ['1', '2', '3']);
    assert.equal(await ids({ order: 'desc', limit: 2 }), ['3', '2']);
    assert.equal(await ids({ after: 1 }), ['2', '3']);
    assert.equal(await ids({ order: 'desc', after: 2 }), ['1']);
    assert.equal(await ids({ where: { amount: '1' } }), ['1', '3']);
    assert.equal(await ids({ where: { name: 'b', amount: '2' } }), ['2']);
    assert.equal(await ids({ where: { name: 'b', amount: '1' } }), []);
  });

  onStock(
    'changes say what was and what is, without secrets and what is ignored',
    async ({ ada, type, events }) => {
      const { id } = await ada.records.create(type, { name: 'tea', pin: '1234' }, { minimal: true });
      await ada.records.update(type, id, { amount: 3, pin: '9876', touchedAt: 5 }, { minimal: true });
      await ada.records.update(type, id, { touchedAt: 6 }, { minimal: true });
      await ada.records.delete(type, id);
      const all = await events();
      assert.equal(
        all.map(({ changes }) => changes),
        [
          { name: { prev: null, next: 'tea' }, pin: { prev: null, next: null } },
          { amount: { prev: null, next: 3 }, pin: { prev: null, next: null } },
          {
            name: { prev: 'tea', next: null },
            amount: { prev: 3, next: null },
            pin: { prev: null, next: null },
          },
        ],
      );
      const secret = (...paths: string[]) =>
        paths.map(path => ({ path: `/changes/pin/${path}`, kind: 'secret' }));
      assert.equal(
        all.map(({ redactions }) => redactions),
        [secret('next'), secret('prev', 'next'), secret('prev')],
      );
    },
  );

  onStock(
    'what arrives together is committed together, in the order of its arrival',
    async ({ ada, type, commits }) => {
      const names = Array.from({ length: 30 }, (_, n) => `n${n}`);
      await Promise.all(names.map(name => ada.records.create(type, { name }, { minimal: true })));
      const batches = await commits();
      assert.ok(batches.length < names.length, `${batches.length} commits`);
      assert.equal(
        batches.flat().map(({ targetName }) => targetName),
        names,
      );
    },
  );

  onStock(
    'an operation is done when its events can be read, and not before',
    async ({ it, ada, type, commits }) => {
      for (let n = 0; n < 5; n += 1) {
        const before = it.data.queue.head();
        const made = ada.records.create(type, { name: `n${n}` });
        assert.is(it.data.queue.head(), before);
        await made;
        assert.is((await commits()).length, 1);
      }
    },
  );

  onStock('a scope knows the ids of the events that were committed in it', async ({ it, type, events }) => {
    const scopes = [it.data.as(ADA), it.data.as(CI)];
    await Promise.all(scopes.map(scope => scope.records.create(type, { name: scope.actor.id })));
    const all = await events();
    for (const { actor, eventIds } of scopes) {
      assert.equal(
        eventIds,
        all.filter(({ actorId }) => actorId === actor.id).map(({ id }) => id),
      );
    }
  });

  onStock('what is unique is so in a new version too: 1 and "1" are the same', async ({ ada }) => {
    const schema = (mark: object) => ({
      type: 'object',
      properties: { code: { type: ['number', 'string'], 'x-whodid': mark } },
    });
    const { type } = await ada.types.define({ name: 'parts', schema: schema({}) });
    for (const code of [1, '1']) await ada.records.create(type, { code });
    const unique = schema({ unique: true });
    assert.is(await codeOf(ada.types.revise({ name: 'parts', schema: unique })), 'conflict');
    await ada.records.delete(type, '2');
    await ada.types.revise({ name: 'parts', schema: unique });
    assert.is(await codeOf(ada.records.create(type, { code: '1' })), 'conflict');
  });

  onStock(
    'a new version of a type rewrites the records that it alters, each with its event',
    async ({ ada, type, events }) => {
      await ada.records.create(type, { name: 'tea' }, { minimal: true });
      await ada.records.create(type, { name: 'milk', amount: 4 }, { minimal: true });
      await events();
      const { amount } = SCHEMA.properties;
      const properties = { ...SCHEMA.properties, amount: { ...amount, default: 1 } };
      const { version } = await ada.types.revise({ name: 'stock', schema: { ...SCHEMA, properties } });
      assert.is(version, 2);
      assert.equal(inShort(await events()), ['stock:1 stock.amount.changed', 'types:stock type.changed']);
      assert.is((await ada.records.peek(type, '1')).body.amount, 1);
    },
  );

  onStock(
    'a type that is purged takes its records with it, each with its event',
    async ({ ada, type, events }) => {
      for (const name of ['a', 'b']) await ada.records.create(type, { name }, { minimal: true });
      await events();
      assert.is(await ada.types.delete('stock', true), 2);
      assert.equal(inShort(await events()), [
        'stock:1 stock.deleted',
        'stock:2 stock.deleted',
        'types:stock type.deleted',
      ]);
      assert.is(await codeOf(ada.records.peek(type, '1')), 'not_found');
    },
  );

  onStock('an account that is deleted takes its sessions and tokens with it', async ({ ada, events }) => {
    const { type: users } = await ada.types.find('users');
    const { id } = await ada.records.create(
      users,
      { name: 'Bo', email: 'bo@example.com' },
      { minimal: true },
    );
    await ada.sessions.begin(session('s', id), Buffer.from('s'), () => undefined);
    await ada.tokens.create(token('t', id));
    await events();
    await ada.users.delete(id, { minimal: true });
    assert.equal(inShort(await events()), [
      `users:${id} users.deleted`,
      'sessions:s session.revoked',
      'tokens:t token.revoked',
    ]);
    assert.equal([await ada.sessions.find('s'), await ada.tokens.find('t')], [undefined, undefined]);
  });

  onStock(
    'what repeats within its minute is one event, and one with the count',
    async ({ it, ada, events }) => {
      const refused = {
        action: 'viewed',
        outcome: 'denied',
        target: { type: 'stock', id: '7' },
        eventName: 'access.denied',
      } as const;
      for (let n = 0; n < 5; n += 1) await ada.occurred(refused);
      assert.is((await events()).length, 1);
      await it.data.settle();
      assert.equal(
        (await events()).map(({ count }) => count),
        [4],
      );
    },
  );

  onStock('everything is there after a restart', async ({ it, ada, type, commits }) => {
    await ada.records.create(type, { name: 'tea' }, { minimal: true });
    await ada.tokens.create(token('t'));
    const data = await it.reopen();
    const again = data.as(ADA);
    const stock = await again.types.find('stock');
    assert.equal((await again.records.peek(stock.type, '1')).body, { name: 'tea' });
    assert.is((await again.tokens.find('t'))?.name, 't');
    assert.equal(inShort((await commits(data)).flat()), ['stock:1 stock.created', 'tokens:t token.created']);
  });

  test.run();
}

const session = (id: string, userId = '1') => ({
  id,
  userId,
  createdAt: 1,
  lastUsedAt: 1,
  expiresAt: Number.MAX_SAFE_INTEGER,
});

const token = (id: string, ownerId = '1') => ({
  id,
  hash: Buffer.from(id),
  name: id,
  role: 'viewer' as const,
  ownerId,
  createdAt: 1,
  expiresAt: Number.MAX_SAFE_INTEGER,
});
