// Password hashes. They leave this file for nobody but the one who checks a password.
import type { Sqlite } from '../sqlite.js';
import type { ActingUnit, Scope } from './scope.js';

export interface CredentialTables {
  hash(userId: number): string | undefined;
  set(userId: number, hash: string): void;
  remove(userId: number): void;
}

export function credentialTables(sqlite: Sqlite): CredentialTables {
  const find = sqlite.prepare<[number], string>('SELECT hash FROM credentials WHERE user_id = ?').pluck();
  const set = sqlite.prepare(
    'INSERT INTO credentials (user_id, hash) VALUES (?, ?) ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash',
  );
  const remove = sqlite.prepare('DELETE FROM credentials WHERE user_id = ?');
  return {
    hash: userId => find.get(userId),
    set: (userId, hash) => void set.run(userId, hash),
    remove: userId => void remove.run(userId),
  };
}

/** Where a password was or is, when both are kept out of the log. */
const redacted = (side: 'prev' | 'next') => ({ path: `/changes/password/${side}`, kind: 'secret' as const });

/** What somebody can do with passwords. */
export function credentialsOf({ commit }: Scope, tables: CredentialTables) {
  function setWithin(unit: ActingUnit, user: { id: string; name: string }, hash: string): void {
    const had = tables.hash(Number(user.id)) !== undefined;
    tables.set(Number(user.id), hash);
    unit.emit({
      action: 'changed',
      target: { type: 'users', id: user.id },
      targetName: user.name,
      eventName: 'user.password.changed',
      changes: { password: { prev: null, next: null } },
      redactions: had ? [redacted('prev'), redacted('next')] : [redacted('next')],
    });
  }

  return {
    async hash(userId: string): Promise<string | undefined> {
      return tables.hash(Number(userId));
    },

    /** The same at once, for a look inside a transaction. */
    hashNow: (userId: string) => tables.hash(Number(userId)),

    /** Sets a password. `guard` looks once more, inside the transaction; `alongside` does what belongs to the same commit. */
    set(
      user: { id: string; name: string },
      hash: string,
      guard: () => void,
      alongside: (unit: ActingUnit) => void,
    ): Promise<void> {
      return commit('control', unit => {
        guard();
        setWithin(unit, user, hash);
        alongside(unit);
      });
    },

    setWithin,
    removeWithin: (userId: string) => tables.remove(Number(userId)),
  };
}
