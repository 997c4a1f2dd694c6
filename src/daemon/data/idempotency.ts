// Answers to requests that carried an `Idempotency-Key`, so that a client can send a create again and get the
// answer of the first time. Kept for a day and bounded in number; the oldest give way.
import { Problem } from '../../shared/problem.js';
import type { Sqlite } from '../sqlite.js';

/** How long an answer is kept, in milliseconds. */
export const IDEMPOTENCY_TTL_MS = 24 * 60 * 60 * 1000;

/** Most answers that are kept. */
export const MAX_IDEMPOTENCY_KEYS = 100_000;

export interface IdempotencyKey {
  /** Who sent it: `users:1`. Keys of different people never meet. */
  principal: string;
  key: string;
  /** A keyed digest of the request: the same key with another request is refused. */
  fingerprint: Buffer;
}

export interface IdempotencyTables {
  /** The answer of the first time. @throws Problem `invalid` if the key was used for another request. */
  recall(key: IdempotencyKey, now: number): string | undefined;
  remember(key: IdempotencyKey, answer: string, now: number): void;
  expire(now: number): void;
  /** Answers that are kept. */
  kept(): number;
  /** Lets go of what answers hold of these records, and keeps that the requests were answered. */
  forget(records: RememberedRecords): void;
}

/** Records whose creations are remembered: by `TYPE:ID` or `TYPE:`, and by who made them. */
export interface RememberedRecords {
  targets: readonly string[];
  /** `TYPE:ID`; of a user, their tokens as well. */
  actors: readonly string[];
}

/** An answer as it is kept: the record, or what is left of it once it was erased. */
interface KeptAnswer {
  type?: string;
  id: string;
  erased?: true;
}

interface Row {
  fingerprint: Buffer;
  answer: string;
  created_at: number;
}

export function idempotencyTables(sqlite: Sqlite): IdempotencyTables {
  const find = sqlite.prepare<[string, string], Row>(
    'SELECT fingerprint, answer, created_at FROM idempotency WHERE principal = ? AND key = ?',
  );
  const put = sqlite.prepare(
    'INSERT INTO idempotency (principal, key, fingerprint, answer, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (principal, key) DO UPDATE SET fingerprint = excluded.fingerprint, answer = excluded.answer, created_at = excluded.created_at',
  );
  const count = sqlite.prepare<[], number>('SELECT count(*) FROM idempotency').pluck();
  const expire = sqlite.prepare('DELETE FROM idempotency WHERE created_at <= ?');
  const dropOldest = sqlite.prepare(
    'DELETE FROM idempotency WHERE rowid IN (SELECT rowid FROM idempotency ORDER BY created_at LIMIT ?)',
  );
  const all = sqlite.prepare<[], { rowid: number; principal: string; answer: string }>(
    'SELECT rowid, principal, answer FROM idempotency',
  );
  const replace = sqlite.prepare<[string, number]>('UPDATE idempotency SET answer = ? WHERE rowid = ?');
  const tokensOfUser = sqlite
    .prepare<[number], string>(`SELECT 'tokens:' || id FROM tokens WHERE owner_id = ?`)
    .pluck();
  // Counted once: main is the only writer.
  let kept = count.get() ?? 0;
  return {
    recall({ principal, key, fingerprint }, now) {
      const row = find.get(principal, key);
      if (row === undefined || row.created_at <= now - IDEMPOTENCY_TTL_MS) return undefined;
      if (!row.fingerprint.equals(fingerprint)) {
        throw new Problem(
          'invalid',
          'This Idempotency-Key was used for another request. Use a new key for a new request.',
          { errors: [{ field: 'Idempotency-Key', reason: 'was used for another request' }] },
        );
      }
      requireWhole(row.answer);
      return row.answer;
    },
    remember({ principal, key, fingerprint }, answer, now) {
      if (kept >= MAX_IDEMPOTENCY_KEYS) dropOldest.run(Math.ceil(MAX_IDEMPOTENCY_KEYS / 100));
      put.run(principal, key, fingerprint, answer, now);
      kept = kept >= MAX_IDEMPOTENCY_KEYS ? (count.get() ?? 0) : kept + 1;
    },
    expire(now) {
      expire.run(now - IDEMPOTENCY_TTL_MS);
      kept = count.get() ?? 0;
    },
    kept: () => kept,
    forget({ targets, actors }) {
      if (targets.length === 0 && actors.length === 0) return;
      const makers = new Set(actors.flatMap(actor => [actor, ...tokensOf(actor)]));
      const wanted = new Set(targets);
      for (const { rowid, principal, answer } of all.all()) {
        const { type, id, erased } = JSON.parse(answer) as KeptAnswer;
        const isWanted =
          makers.has(principal) ||
          (type === undefined
            ? targets.some(target => target.slice(target.indexOf(':') + 1) === id)
            : wanted.has(`${type}:${id}`) || wanted.has(`${type}:`));
        if (!isWanted || erased) continue;
        const left: KeptAnswer = { ...(type === undefined ? {} : { type }), id, erased: true };
        replace.run(JSON.stringify(left), rowid);
      }
    },
  };

  function tokensOf(actor: string): string[] {
    return actor.startsWith('users:') ? tokensOfUser.all(Number(actor.slice('users:'.length))) : [];
  }
}

/** @throws Problem `conflict` for an answer that was erased */
function requireWhole(answer: string): void {
  const { type = 'record', id, erased } = JSON.parse(answer) as KeptAnswer;
  if (!erased) return;
  throw new Problem(
    'conflict',
    `This request was carried out before and made ${type} ${id}; what it answered was erased since. Nothing was created.`,
  );
}
