// Clients that create, change, read and delete at once, and remember what was acknowledged to them.
import { randomUUID } from 'node:crypto';
import type { DataEvent } from '#src/shared/data-event.js';

export interface Load {
  /** Event ids that an acknowledgement named. */
  acknowledged: Set<string>;
  /** Reads that were answered, by record id: each must have its view. */
  viewed: Map<string, number>;
  /** `externalId`s of reports that were acknowledged. */
  reported: Set<string>;
  /** Correlation ids of the requests that were sent, answered or not, and `externalId`s of the reports. */
  sent: Set<string>;
  sentReports: Set<string>;
  /** How many requests were refused for now (503). */
  refused(): number;
  /** Resolves when `count` requests have been answered, or nobody sends any more. */
  answered(count: number): Promise<void>;
  stop(): Promise<void>;
}

/** A small generator of pseudo-random numbers from 0 to 1 (mulberry32), so that a seed repeats a run. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export interface LoadOptions {
  url: string;
  /** Of somebody who may change notes. */
  token: string;
  /** Of somebody who reports (`reporterToken`); without one nobody does. */
  reporter?: string;
  clients: number;
  random: () => number;
  /** How long each client rests after an answer, in milliseconds. */
  pauseMs?: number;
  /** What a 503 is; a fault when left out. */
  refusals?: 'counted';
  /** Ids of the notes that are there, shared by the lives of a daemon. */
  notes: string[];
}

/** Keeps `clients` requests under way until `stop` is called or the daemon is gone. */
export function startLoad({
  url,
  token,
  reporter,
  clients,
  random,
  notes,
  refusals,
  pauseMs = 0,
}: LoadOptions): Load {
  let running = true;
  let answers = 0;
  let refused = 0;
  let waiting: { count: number; resolve(): void } | undefined;
  const load: Load = {
    acknowledged: new Set(),
    viewed: new Map(),
    reported: new Set(),
    sent: new Set(),
    sentReports: new Set(),
    refused: () => refused,
    answered: count =>
      new Promise(resolve => {
        waiting = { count, resolve };
        tellIfAnswered();
      }),
    stop,
  };

  function tellIfAnswered(): void {
    if (waiting !== undefined && (answers >= waiting.count || !running)) waiting.resolve();
  }

  async function exchange(method: string, path: string, bearer: string, body?: object) {
    const correlation = randomUUID();
    load.sent.add(correlation);
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${bearer}`,
        'x-correlation-id': correlation,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (answer.status === 503 && refusals === 'counted') refused += 1;
    else if (answer.status >= 500) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    answers += 1;
    tellIfAnswered();
    return { status: answer.status, text, headers: answer.headers };
  }

  async function send(method: string, path: string, body?: object) {
    const answer = await exchange(method, `/v1/records/notes${path}`, token, body);
    for (const event of answer.headers.get('audit-event-id')?.split(', ') ?? []) load.acknowledged.add(event);
    return answer;
  }

  async function report(bearer: string): Promise<void> {
    const ids = Array.from({ length: 1 + Math.floor(random() * 3) }, () => randomUUID() as string);
    for (const id of ids) load.sentReports.add(id);
    const { status, text } = await exchange(
      'POST',
      '/v1/audit/events',
      bearer,
      ids.map(id => ({
        id,
        timestamp: Date.now(),
        action: 'changed',
        actorType: 'users',
        actorId: '7',
        targetType: 'files',
        targetId: `f${Math.floor(random() * 20)}`,
        changes: { line: { prev: null, next: random() } },
      })),
    );
    if (status === 503 && refusals === 'counted') return;
    if (status !== 200) throw new Error(`A report was refused: ${status} ${text}`);
    for (const id of ids) load.reported.add(id);
  }

  async function one(): Promise<void> {
    const dice = random();
    const id = notes[Math.floor(random() * notes.length)];
    if (reporter !== undefined && dice < 0.1) {
      await report(reporter);
    } else if (id === undefined || dice < 0.35) {
      const note = { targetType: 'users', targetId: '1', data: `${random()}` };
      const { status, text } = await send('POST', '', note);
      if (status === 201) notes.push((JSON.parse(text) as { id: string }).id);
    } else if (dice < 0.7) {
      await send('PATCH', `/${id}`, { data: `${random()}` });
    } else if (dice < 0.95) {
      const { status } = await send('GET', `/${id}`);
      if (status === 200) load.viewed.set(id, (load.viewed.get(id) ?? 0) + 1);
    } else {
      await send('DELETE', `/${id}`);
      const at = notes.indexOf(id);
      if (at >= 0) notes.splice(at, 1);
    }
  }

  async function client(): Promise<void> {
    while (running) {
      try {
        await one();
        if (pauseMs > 0) await new Promise(resolve => setTimeout(resolve, pauseMs));
      } catch (error) {
        // The connection is gone with the daemon; anything else is a finding.
        if (!(error instanceof TypeError)) throw error;
        return;
      }
    }
  }
  const all = Promise.all(Array.from({ length: clients }, client)).finally(() => {
    running = false;
    tellIfAnswered();
  });
  async function stop(): Promise<void> {
    running = false;
    await all;
  }
  return load;
}

/** An API token that may report what users did to files. */
export async function reporterToken(url: string, admin: string): Promise<string> {
  const answer = await fetch(`${url}/v1/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      name: 'load',
      role: 'reporter',
      expiresAt: Date.now() + 24 * 3_600_000,
      actorTypes: ['users'],
      targetTypes: ['files'],
    }),
  });
  return ((await answer.json()) as { token: string }).token;
}

/** The whole log with all that was acknowledged, oldest first, as the API gives it. */
export async function wholeLog(url: string, token: string): Promise<DataEvent[]> {
  let events: DataEvent[] = [];
  let cursor: string | null = null;
  do {
    const page: Response = await fetch(
      `${url}/v1/audit/events?order=asc&limit=1000${cursor ? `&cursor=${cursor}` : ''}`,
      { headers: { authorization: `Bearer ${token}` } },
    );
    const { data, next, stale } = (await page.json()) as {
      data: DataEvent[];
      next: string | null;
      stale?: true;
    };
    if (stale) {
      // The logger is still at what was acknowledged: from the beginning again.
      events = [];
      cursor = '';
      continue;
    }
    events.push(...data);
    cursor = next;
  } while (cursor !== null);
  return events.sort((a, b) => a.seq - b.seq);
}

/** What is wrong with a log: gaps, doubles, and records whose `prev` is not what the event before left. */
export function logFaults(events: readonly DataEvent[]): string[] {
  const faults: string[] = [];
  const ids = new Set<string>();
  const states = new Map<string, Record<string, unknown>>();
  events.forEach((event, index) => {
    if (event.seq !== index + 1) faults.push(`seq ${event.seq} at place ${index + 1}`);
    if (ids.has(event.id)) faults.push(`${event.id} is there twice`);
    ids.add(event.id);
    if (event.source !== 'data-layer' || event.changes === undefined) return;
    const key = `${event.targetType}:${event.targetId}`;
    const state = states.get(key) ?? {};
    for (const [field, { prev, next }] of Object.entries(event.changes)) {
      const had = state[field] ?? null;
      const redacted = event.redactions?.some(({ path }) => path === `/changes/${field}/prev`) === true;
      if (!redacted && JSON.stringify(prev) !== JSON.stringify(had)) {
        faults.push(
          `${key} ${field}: prev ${JSON.stringify(prev)} at seq ${event.seq}, but it was ${JSON.stringify(had)}`,
        );
      }
      state[field] = next;
    }
    states.set(key, state);
  });
  return faults;
}
