// Sessions and their refresh tokens. A refresh token is kept as its SHA-256 alone, is rotated at each use, and
// one that is used after its successor was is taken for stolen: the whole session ends.
import type { ObjectRef } from '../../shared/object-ref.js';
import { Problem } from '../../shared/problem.js';
import type { Sqlite } from '../sqlite.js';
import { SYSTEM } from './actor.js';
import { committedRows } from './committed-rows.js';
import type { ActingUnit, Scope } from './scope.js';

export interface StoredSession {
  id: string;
  userId: string;
  createdAt: number;
  lastUsedAt: number;
  /** When it ends if it is not renewed before. */
  expiresAt: number;
  ip?: string;
  userAgent?: string;
}

/** How long a rotated refresh token still gives a sibling while its successor is unused, in milliseconds. */
export const SIBLING_MS = 60_000;

/** Most sessions of one user; the one that was used longest ago gives way. */
export const MAX_SESSIONS_PER_USER = 100;

/** Sessions that are kept in memory: every request asks for its own. */
const REMEMBERED_SESSIONS = 5_000;

/** Most unused siblings of one rotated token. */
const MAX_SIBLINGS = 64;

interface SessionRow {
  id: string;
  user_id: number;
  created_at: number;
  last_used_at: number;
  expires_at: number;
  ip: string | null;
  user_agent: string | null;
}

interface RefreshRow {
  hash: Buffer;
  session_id: string;
  parent: Buffer | null;
  rotated_at: number | null;
  spent: number;
}

export interface SessionTables {
  find(id: string): StoredSession | undefined;
  ofUser(userId: number): StoredSession[];
  insert(session: StoredSession): void;
  touch(id: string, lastUsedAt: number, expiresAt: number): void;
  remove(id: string): void;
  /** How many sessions the user has who has most. */
  mostOfOneUser(): number;
  /** Sessions that ended by themselves. */
  expired(now: number): StoredSession[];
  refreshToken(hash: Buffer): RefreshRow | undefined;
  insertRefreshToken(hash: Buffer, sessionId: string, parent: Buffer | null, now: number): void;
  siblings(parent: Buffer): number;
  markRotated(hash: Buffer, now: number): void;
  /** Neither this token nor any before it gives anything any more. */
  markSpent(hash: Buffer): void;
  /** Drops what is spent and older than `before`, but keeps enough to recognise a stolen token in a live session. */
  forgetRefreshTokens(sessionId: string, keep: number): void;
}

const fromRow = (row: SessionRow): StoredSession => ({
  id: row.id,
  userId: String(row.user_id),
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
  expiresAt: row.expires_at,
  ...(row.ip === null ? {} : { ip: row.ip }),
  ...(row.user_agent === null ? {} : { userAgent: row.user_agent }),
});

export function sessionTables(sqlite: Sqlite): SessionTables {
  const find = sqlite.prepare<[string], SessionRow>('SELECT * FROM sessions WHERE id = ?');
  const ofUser = sqlite.prepare<[number], SessionRow>(
    'SELECT * FROM sessions WHERE user_id = ? ORDER BY last_used_at',
  );
  const insert = sqlite.prepare(
    'INSERT INTO sessions (id, user_id, created_at, last_used_at, expires_at, ip, user_agent) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const touch = sqlite.prepare('UPDATE sessions SET last_used_at = ?, expires_at = ? WHERE id = ?');
  const remove = sqlite.prepare('DELETE FROM sessions WHERE id = ?');
  const most = sqlite
    .prepare<[], number>('SELECT max(n) FROM (SELECT count(*) AS n FROM sessions GROUP BY user_id)')
    .pluck();
  const expired = sqlite.prepare<[number], SessionRow>(
    'SELECT * FROM sessions WHERE expires_at <= ? LIMIT 1000',
  );
  const refresh = sqlite.prepare<[Buffer], RefreshRow>('SELECT * FROM refresh_tokens WHERE hash = ?');
  const insertRefresh = sqlite.prepare(
    'INSERT INTO refresh_tokens (hash, session_id, parent, created_at, rotated_at, spent) VALUES (?, ?, ?, ?, NULL, 0)',
  );
  const siblings = sqlite
    .prepare<[{ parent: Buffer }], number>(
      'SELECT count(*) FROM refresh_tokens WHERE session_id = (SELECT session_id FROM refresh_tokens WHERE hash = @parent) AND parent = @parent',
    )
    .pluck();
  const markRotated = sqlite.prepare(
    'UPDATE refresh_tokens SET rotated_at = coalesce(rotated_at, ?) WHERE hash = ?',
  );
  const markSpent = sqlite.prepare('UPDATE refresh_tokens SET spent = 1 WHERE hash = ?');
  const trim = sqlite.prepare(
    'DELETE FROM refresh_tokens WHERE session_id = @sessionId AND spent = 1 AND hash NOT IN (SELECT hash FROM refresh_tokens WHERE session_id = @sessionId AND spent = 1 ORDER BY created_at DESC LIMIT @keep)',
  );
  const rows = committedRows<StoredSession>({
    sqlite,
    max: REMEMBERED_SESSIONS,
    read(id) {
      const row = find.get(id);
      return row === undefined ? undefined : fromRow(row);
    },
  });
  return {
    find: rows.get,
    ofUser: userId => ofUser.all(userId).map(fromRow),
    insert: session =>
      void insert.run(
        session.id,
        Number(session.userId),
        session.createdAt,
        session.lastUsedAt,
        session.expiresAt,
        session.ip ?? null,
        session.userAgent ?? null,
      ),
    touch(id, lastUsedAt, expiresAt) {
      rows.drop(id);
      touch.run(lastUsedAt, expiresAt, id);
    },
    remove(id) {
      rows.drop(id);
      remove.run(id);
    },
    mostOfOneUser: () => most.get() ?? 0,
    expired: now => expired.all(now).map(fromRow),
    refreshToken: hash => refresh.get(hash),
    insertRefreshToken: (hash, sessionId, parent, now) =>
      void insertRefresh.run(hash, sessionId, parent, now),
    siblings: parent => siblings.get({ parent }) ?? 0,
    markRotated: (hash, now) => void markRotated.run(now, hash),
    markSpent: hash => void markSpent.run(hash),
    forgetRefreshTokens: (sessionId, keep) => void trim.run({ sessionId, keep }),
  };
}

/** Spent refresh tokens of a session that are remembered, so that a stolen one is recognised. */
const REMEMBERED_SPENT = 200;

/** What a renewal came to. `stolen` has ended the session; `unknown` is no token of ours, or one of an ended session. */
export type Renewal = { kind: 'renewed'; session: StoredSession } | { kind: 'stolen' } | { kind: 'unknown' };

/** What somebody can do with sessions. @param steadyNow milliseconds since the Unix epoch that never go back */
export function sessionsOf({ commit }: Scope, tables: SessionTables, steadyNow: () => number) {
  function end(
    unit: ActingUnit,
    session: StoredSession,
    eventName: string,
    reason?: string,
    by?: ObjectRef,
  ): void {
    tables.remove(session.id);
    unit.emit({
      action: 'deleted',
      target: { type: 'sessions', id: session.id },
      eventName,
      ...(reason === undefined ? {} : { reason }),
      ...(by === undefined ? {} : { by }),
      source: 'daemon',
    });
  }

  return {
    async find(id: string): Promise<StoredSession | undefined> {
      return tables.find(id);
    },

    async ofUser(userId: string): Promise<StoredSession[]> {
      return tables.ofUser(Number(userId));
    },

    /** Begins a session with its first refresh token. `guard` looks once more, inside the transaction, and may refuse. */
    begin(session: StoredSession, refreshHash: Buffer, guard: () => void): Promise<void> {
      return commit('control', unit => {
        guard();
        const others = tables.ofUser(Number(session.userId));
        for (const old of others.slice(0, Math.max(0, others.length - MAX_SESSIONS_PER_USER + 1))) {
          end(unit, old, 'session.revoked', 'too many sessions', SYSTEM.daemon);
        }
        tables.insert(session);
        tables.insertRefreshToken(refreshHash, session.id, null, steadyNow());
        unit.emit({
          action: 'created',
          target: { type: 'sessions', id: session.id },
          eventName: 'session.created',
          source: 'daemon',
        });
      });
    },

    /**
     * Exchanges the refresh token `hash` for `nextHash`. A token that was rotated already gives a sibling while no
     * successor of it was used, for at most `SIBLING_MS`; used later, it ends the session.
     */
    renew(hash: Buffer, nextHash: Buffer, expiresAt: number): Promise<Renewal> {
      return commit('control', (unit): Renewal => {
        const now = steadyNow();
        const token = tables.refreshToken(hash);
        const session = token === undefined ? undefined : tables.find(token.session_id);
        if (token === undefined || session === undefined || session.expiresAt <= now)
          return { kind: 'unknown' };
        const late = token.rotated_at !== null && now - token.rotated_at > SIBLING_MS;
        if (
          token.spent === 1 ||
          late ||
          (token.rotated_at !== null && tables.siblings(hash) >= MAX_SIBLINGS)
        ) {
          end(unit, session, 'session.revoked', 'a refresh token was used again');
          return { kind: 'stolen' };
        }
        if (token.parent !== null) tables.markSpent(token.parent);
        tables.markRotated(hash, now);
        tables.insertRefreshToken(nextHash, session.id, hash, now);
        tables.forgetRefreshTokens(session.id, REMEMBERED_SPENT);
        tables.touch(session.id, now, expiresAt);
        return { kind: 'renewed', session: { ...session, lastUsedAt: now, expiresAt } };
      });
    },

    /** Ends a session by its owner's hand (`session.ended`) or another's (`session.revoked`). @throws Problem `not_found` */
    end(
      id: string,
      eventName: 'session.ended' | 'session.revoked',
      mayEnd: (session: StoredSession) => boolean,
    ) {
      return commit('control', unit => {
        const session = tables.find(id);
        if (session === undefined || !mayEnd(session)) {
          throw new Problem('not_found', `There is no session ${id}.`);
        }
        end(unit, session, eventName);
      });
    },

    /** Ends sessions that nobody renewed in time. */
    expire(): Promise<number> {
      return commit('control', unit => {
        const sessions = tables.expired(steadyNow());
        for (const session of sessions) end(unit, session, 'session.ended', 'expired');
        return sessions.length;
      });
    },

    /** Ends the sessions of a user, inside a unit of somebody else's. `except` stays. */
    endAllWithin(unit: ActingUnit, userId: string, reason: string, except?: string): void {
      for (const session of tables.ofUser(Number(userId))) {
        if (session.id !== except) end(unit, session, 'session.revoked', reason);
      }
    },
  };
}
