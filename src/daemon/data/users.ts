// Accounts: users are records like any other, with what hangs on them (password, sessions, tokens) changed in
// the same commit, and with one rule of their own: somebody must remain who can administer.
import { Problem } from '../../shared/problem.js';
import type { Sqlite } from '../sqlite.js';
import type { credentialsOf } from './credentials.js';
import type { RecordBody, RecordType } from './record-type.js';
import type { RecordPatch, Records, RecordTables, StoredRecord, WriteOptions } from './records.js';
import { recordNumber } from './records.js';
import type { sessionsOf } from './sessions.js';
import type { tokensOf } from './tokens.js';

/** What the daemon knows of an account beside its record. */
export interface Account {
  id: string;
  name: string;
  email: string;
  role: string;
  disabled: boolean;
}

export interface UserTables {
  /** Enabled administrators other than `id`. */
  otherAdmins(id: string): number;
}

export function userTables(sqlite: Sqlite): UserTables {
  const others = sqlite
    .prepare<[number], number>(
      "SELECT count(*) FROM records WHERE type = 'users' AND id <> ? AND json_extract(body, '$.role') = 'admin' AND json_extract(body, '$.disabled') = 0",
    )
    .pluck();
  return { otherAdmins: id => others.get(Number(id)) ?? 0 };
}

export interface UsersOptions {
  type: RecordType;
  tables: RecordTables;
  userTables: UserTables;
  records: Records;
  sessions: ReturnType<typeof sessionsOf>;
  tokens: ReturnType<typeof tokensOf>;
  credentials: ReturnType<typeof credentialsOf>;
}

const account = ({ id, body }: StoredRecord): Account => ({ id, ...(body as Omit<Account, 'id'>) });

const isAdmin = (body: RecordBody | undefined) => body?.role === 'admin' && body.disabled !== true;

/** What somebody can do with accounts. */
export function usersOf(options: UsersOptions) {
  const { type, tables, records, sessions, tokens, credentials } = options;

  function keepAnAdmin(id: string, prev: RecordBody | undefined, next: RecordBody | undefined): void {
    if (isAdmin(prev) && !isAdmin(next) && options.userTables.otherAdmins(id) === 0) {
      throw new Problem(
        'conflict',
        `users ${id} is the last enabled administrator and cannot be deleted, disabled or lowered. Make somebody else an administrator first.`,
        { reason: 'last administrator' },
      );
    }
  }

  return {
    /** The account as it stands, without anybody looking at it. */
    async find(id: string): Promise<Account | undefined> {
      const record = recordNumber(id) === undefined ? undefined : tables.user(id);
      return record === undefined ? undefined : account(record);
    },

    async findByEmail(email: string): Promise<Account | undefined> {
      const id = tables.keys.find(type, 'email', email);
      return id === undefined ? undefined : account(tables.get(type.name, id)!);
    },

    update(id: string, patch: RecordPatch, write: WriteOptions): Promise<StoredRecord> {
      return records.update(type, id, patch, {
        ...write,
        guard(prev, next) {
          write.guard?.(prev, next);
          keepAnAdmin(id, prev, next);
        },
        alongside(unit, written) {
          if (written.body.disabled === true) sessions.endAllWithin(unit, id, 'account disabled');
          write.alongside?.(unit, written);
        },
      });
    },

    delete(id: string, write: WriteOptions): Promise<void> {
      return records.delete(type, id, {
        ...write,
        guard(prev, next) {
          write.guard?.(prev, next);
          keepAnAdmin(id, prev, next);
        },
        alongside(unit) {
          sessions.endAllWithin(unit, id, 'account deleted');
          tokens.revokeAllWithin(unit, id, 'owner deleted');
          credentials.removeWithin(id);
        },
      });
    },

    /** @throws Problem `not_found`; for a look inside a transaction. */
    requireNow(id: string): Account {
      const number = recordNumber(id);
      const record = number === undefined ? undefined : tables.get(type.name, number);
      if (record === undefined) throw new Problem('not_found', `There is no users ${id}.`);
      return account(record);
    },

    /** Sets the password and ends the user's other sessions. `guard` may refuse, inside the transaction. */
    setPassword(
      user: { id: string; name: string },
      hash: string,
      { keepSession, guard = () => undefined }: { keepSession?: string; guard?(): void } = {},
    ): Promise<void> {
      return credentials.set(user, hash, guard, unit =>
        sessions.endAllWithin(unit, user.id, 'password changed', keepSession),
      );
    },
  };
}
