// What the daemon says of itself (GET /metrics), over time.
import type { Reading } from './growth.js';

export interface Sample {
  /** Monotonic seconds. */
  at: number;
  /** By name, without labels and `whodid_`. */
  values: Map<string, number>;
}

/** @param logBytes the size of audit.db with what is only in its write-ahead log */
export async function sample(url: string, token: string, logBytes: number): Promise<Sample> {
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  if (answer.status !== 200) throw new Error(`GET /metrics: ${answer.status} ${await answer.text()}`);
  const values = new Map<string, number>();
  for (const [, name, value] of (await answer.text()).matchAll(/^whodid_(\w+) (\S+)$/gm))
    values.set(name!, Number(value));
  values.set('audit_db_bytes', logBytes);
  return { at: performance.now() / 1000, values };
}

export const readingsOf = (samples: readonly Sample[], name: string): Reading[] =>
  samples.map(({ at, values }) => ({ at, value: values.get(name)! }));

export const largestOf = (samples: readonly Sample[], name: string): number =>
  samples.reduce((most, { values }) => Math.max(most, values.get(name)!), 0);

/** What is past a limit of its own, in some sample. */
export function pastLimits(samples: readonly Sample[]): string[] {
  const limited = [...samples[0]!.values.keys()].filter(name => name.endsWith('_limit'));
  return limited.flatMap(limit => {
    const name = limit.slice(0, -'_limit'.length);
    const most = largestOf(samples, name);
    const atMost = samples[0]!.values.get(limit)!;
    return most <= atMost ? [] : [`${name} was ${most}, and its limit is ${atMost}`];
  });
}
