// Clients that create, change, read and delete at once, and remember what was acknowledged to them.
import type { DataEvent } from '#src/shared/data-event.js';

export interface Load {
  /** Event ids that an acknowledgement named. */
  acknowledged: Set<string>;
  /** Reads that were answered, by record id: each must have its view. */
  viewed: Map<string, number>;
  /** Requests that were sent, answered or not. */
  sent: number;
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

/** Keeps `clients` requests under way until `stop` is called or the daemon is gone. */
export function startLoad(
  url: string,
  token: string,
  clients: number,
  random: () => number,
  shared: string[],
): Load {
  const load: Load = { acknowledged: new Set(), viewed: new Map(), sent: 0, stop };
  let running = true;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };

  async function one(): Promise<void> {
    const dice = random();
    const id = shared[Math.floor(random() * shared.length)];
    const send = async (method: string, path: string, body?: object) => {
      load.sent += 1;
      const answer = await fetch(`${url}/v1/records/notes${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (answer.status >= 500) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      for (const event of answer.headers.get('audit-event-id')?.split(', ') ?? [])
        load.acknowledged.add(event);
      return { status: answer.status, text };
    };
    if (id === undefined || dice < 0.3) {
      const { status, text } = await send('POST', '', {
        targetType: 'users',
        targetId: '1',
        data: `${random()}`,
      });
      if (status === 201) shared.push((JSON.parse(text) as { id: string }).id);
    } else if (dice < 0.7) {
      await send('PATCH', `/${id}`, { data: `${random()}` });
    } else if (dice < 0.95) {
      const { status } = await send('GET', `/${id}`);
      if (status === 200) load.viewed.set(id, (load.viewed.get(id) ?? 0) + 1);
    } else {
      await send('DELETE', `/${id}`);
      const at = shared.indexOf(id);
      if (at >= 0) shared.splice(at, 1);
    }
  }

  async function client(): Promise<void> {
    while (running) {
      try {
        await one();
      } catch (error) {
        // The connection is gone with the daemon; anything else is a finding.
        if (!(error instanceof TypeError)) throw error;
        return;
      }
    }
  }
  const all = Promise.all(Array.from({ length: clients }, client));
  async function stop(): Promise<void> {
    running = false;
    await all;
  }
  return load;
}

/** The whole log, oldest first, as the API gives it. */
export async function wholeLog(url: string, token: string): Promise<DataEvent[]> {
  const events: DataEvent[] = [];
  let cursor: string | null = null;
  do {
    const page: Response = await fetch(
      `${url}/v1/audit/events?order=asc&limit=1000${cursor === null ? '' : `&cursor=${cursor}`}`,
      { headers: { authorization: `Bearer ${token}` } },
    );
    const { data, next } = (await page.json()) as { data: DataEvent[]; next: string | null };
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
