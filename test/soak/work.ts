// What a daemon has to do all day: changes, reads, reports, queries, people who come and go, and followers, of whom one
// does not read. Each is a piece of work that is done again and again until it is told to stop.
import { randomUUID } from 'node:crypto';
import { setTimeout as rest } from 'node:timers/promises';
import type { Client } from '#src/shared/client.js';
import type { Accounts } from './accounts.js';

export interface WorkOptions {
  url: string;
  /** A token of somebody who may do everything. */
  token: string;
  /** A token that may report what users did to files. */
  reporter: string;
  credentials: { email: string; password: string };
  /** A client with the first token. */
  client: Client;
  accounts: Accounts;
  random: () => number;
}

export type Kind = 'changes and reads' | 'reports' | 'queries' | 'people' | 'followers' | 'deaf followers';

export interface Work {
  /** Pieces of work that were done, by kind. */
  done: Record<Kind, number>;
  /** Whether somebody met with what should not be, and all leave. */
  isOver(): boolean;
  /** Lets everybody come to the end of what they do. @throws what went wrong */
  stop(): Promise<void>;
}

/** How many do each kind of work at once. */
const AT_ONCE: Record<Kind, number> = {
  'changes and reads': 8,
  reports: 1,
  queries: 2,
  people: 1,
  followers: 3,
  'deaf followers': 1,
};

/** How long each rests after a piece of work, in milliseconds. */
const REST_MS: Record<Kind, number> = {
  'changes and reads': 5,
  reports: 50,
  queries: 20,
  people: 300,
  followers: 10,
  'deaf followers': 10,
};

/** Notes that each client keeps. */
const NOTES = 50;

/** Events that a follower takes before it leaves. */
const TAKEN = 300;

export function startWork(options: WorkOptions): Work {
  const { url, token, reporter, credentials, client, accounts, random } = options;
  const done = Object.fromEntries(Object.keys(AT_ONCE).map(kind => [kind, 0])) as Work['done'];
  const stopping = new AbortController();
  const below = (bound: number) => Math.floor(random() * bound);

  /** @param expected the statuses that there may be */
  async function ask(
    method: string,
    path: string,
    { bearer = token, body, headers = {} }: { bearer?: string; body?: unknown; headers?: object } = {},
    expected: number[] = [200, 201, 204],
  ) {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${bearer}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!expected.includes(answer.status)) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    const json = text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : undefined;
    return { status: answer.status, body: json, headers: answer.headers };
  }

  /** A request about notes. @param views how many the answer shows, where no header says which events it made */
  async function onNotes(
    method: string,
    path: string,
    body?: object,
    views?: (answer: { data: [] }) => number,
    headers?: object,
  ) {
    const correlation = randomUUID();
    accounts.begin(correlation);
    const answer = await ask(method, `/v1/records/notes${path}`, {
      ...(body === undefined ? {} : { body }),
      headers: { ...headers, 'x-correlation-id': correlation },
    });
    const named = answer.headers.get('audit-event-id')?.split(', ').length ?? 0;
    accounts.expect(correlation, views === undefined ? named : views(answer.body));
    return answer.body;
  }

  const note = () => ({ targetType: 'users', targetId: '1', data: `${random()} ${'x'.repeat(below(400))}` });

  /** Each client has notes of its own, so that what must come of a request is known. */
  function changesAndReads(): () => Promise<void> {
    const ids: string[] = [];
    return async () => {
      const dice = random();
      const id = ids[below(ids.length)];
      if (id === undefined || (dice < 0.15 && ids.length < NOTES)) {
        ids.push((await onNotes('POST', '', note())).id);
      } else if (dice < 0.25) {
        ids.splice(ids.indexOf(id), 1);
        await onNotes('DELETE', `/${id}`);
      } else if (dice < 0.55) {
        await onNotes('PATCH', `/${id}`, { data: note().data });
      } else if (dice < 0.6) {
        await onNotes('GET', '?limit=10&order=desc', undefined, ({ data }) => data.length);
      } else {
        await onNotes('GET', `/${id}`, undefined, () => 1);
      }
    };
  }

  async function reports(): Promise<void> {
    const ids = Array.from({ length: 1 + below(40) }, () => randomUUID());
    for (const id of ids) accounts.begin(id);
    const body = ids.map(id => ({
      id,
      timestamp: Date.now(),
      action: 'changed',
      actorType: 'users',
      actorId: String(below(500)),
      targetType: 'files',
      targetId: `f${below(2_000)}`,
      changes: { line: { prev: null, next: random() } },
    }));
    const answer = await ask('POST', '/v1/audit/events', { bearer: reporter, body });
    if (answer.body.stored !== ids.length)
      throw new Error(`A report was refused: ${JSON.stringify(answer.body)}`);
    for (const id of ids) accounts.expect(id, 1);
  }

  const files = ({ which = below(2_000) } = {}) => `target=files:f${which}`;
  const QUERIES: (() => Promise<unknown>)[] = [
    () => ask('GET', `/v1/audit/events?actor=users:${below(500)}&limit=100`),
    () => ask('GET', `/v1/audit/events?${files()}&action=changed&order=asc`),
    () => ask('GET', '/v1/audit/events?target=notes:&limit=1000'),
    () => ask('GET', `/v1/audit/summary?by=actor&since=${Date.now() - 60_000}`),
    () => ask('GET', '/v1/audit/stats'),
    () => ask('GET', `/v1/audit/stats?actor=users:${below(500)}`),
    () => ask('GET', `/v1/audit/history?${files()}`, {}, [200]),
    () => askUntilStored(`/v1/audit/blame?${files()}`, [200, 404]),
    () => askUntilStored(`/v1/audit/state?target=notes:${1 + below(200)}`, [200, 404]),
    () => askUntilStored(`/v1/audit/export?format=csv&after=${Math.max(0, accounts.last() - 3_000)}`, [200]),
    () => ask('GET', `/v1/audit/proofs/inclusion?event=${1 + below(accounts.last())}`, {}, [200, 503]),
    () => ask('GET', '/v1/status'),
    () => ask('GET', '/v1/openapi.json'),
  ];

  /** Asks again while the log is behind, as it is when other programs leave it no time: nothing is said then of what is not there. */
  async function askUntilStored(path: string, expected: number[]): Promise<void> {
    while ((await ask('GET', path, {}, [...expected, 503])).status === 503) await rest(REST_MS.queries);
  }

  async function queries(): Promise<void> {
    await QUERIES[below(QUERIES.length)]!();
  }

  /** Somebody comes, is refused a few things, makes a token, sends something twice, and leaves. */
  async function people(): Promise<void> {
    const { body: session } = await ask('POST', '/v1/sessions', { body: credentials });
    const { body: renewed } = await ask('POST', '/v1/sessions/refresh', {
      body: { refreshToken: session.refreshToken },
    });
    const bearer = renewed.accessToken;
    await ask('GET', '/v1/me', { bearer: `${bearer}x` }, [401]);
    await ask('GET', `/v1/records/users/${1_000 + below(1_000)}`, { bearer }, [404]);
    await ask('GET', '/v1/audit/events?limit=1', { bearer: reporter }, [403]);
    const expiresAt = Date.now() + 3_600_000;
    const { body: made } = await ask('POST', '/v1/tokens', {
      bearer,
      body: { name: 'visit', role: 'viewer', expiresAt },
    });
    await ask('DELETE', `/v1/tokens/${made.id}`, { bearer });
    const twice = note();
    const headers = { 'idempotency-key': randomUUID() };
    const { id } = await onNotes('POST', '', twice, undefined, headers);
    await onNotes('POST', '', twice, () => 1, headers);
    await onNotes('DELETE', `/${id}`);
    await ask('DELETE', '/v1/sessions/current', { bearer });
    await ask('GET', '/v1/me', { bearer }, [401]);
  }

  async function followers(): Promise<void> {
    let taken = 0;
    for await (const _ of client.audit.follow(
      {},
      { afterSeq: Math.max(0, accounts.last() - TAKEN), signal: stopping.signal },
    )) {
      taken += 1;
      if (taken === TAKEN) return;
    }
  }

  /** Takes the first that is written, and nothing more: it is cut off, or leaves when all do. */
  async function deafFollowers(): Promise<void> {
    try {
      const answer = await fetch(`${url}/v1/audit/stream?after=0`, {
        headers: { authorization: `Bearer ${token}` },
        signal: stopping.signal,
      });
      const reader = answer.body!.getReader();
      await reader.read();
      await rest(90_000, undefined, { signal: stopping.signal });
      await reader.cancel();
    } catch (error) {
      const isOver = (error as Error).name === 'AbortError' || error instanceof TypeError;
      if (!isOver) throw error;
    }
  }

  const DOING: Record<Kind, () => () => Promise<void>> = {
    'changes and reads': changesAndReads,
    reports: () => reports,
    queries: () => queries,
    people: () => people,
    followers: () => followers,
    'deaf followers': () => deafFollowers,
  };

  async function somebody(kind: Kind): Promise<void> {
    const doIt = DOING[kind]();
    while (!stopping.signal.aborted) {
      await doIt();
      done[kind] += 1;
      await rest(REST_MS[kind]);
    }
  }

  const everybody = (Object.keys(AT_ONCE) as Kind[]).flatMap(kind =>
    Array.from({ length: AT_ONCE[kind] }, () => somebody(kind)),
  );
  const failed = Promise.all(everybody);
  // Said when it is stopped.
  failed.catch(() => stopping.abort());
  return {
    done,
    isOver: () => stopping.signal.aborted,
    async stop() {
      stopping.abort();
      await failed;
    },
  };
}
