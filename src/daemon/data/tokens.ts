// API tokens, kept as the SHA-256 of their secret.

import { Problem } from '../../shared/problem.js';
import type { Role } from '../../shared/vocabulary.js';
import type { Sqlite } from '../sqlite.js';
import type { ActingUnit, Scope } from './scope.js';

export interface StoredToken {
  id: string;
  hash: Buffer;
  name: string;
  role: Role;
  ownerId: string;
  createdAt: number;
  expiresAt: number;
  tenantId?: string;
  actorTypes?: string[];
  targetTypes?: string[];
}

/** Most tokens of one owner. */
export const MAX_TOKENS_PER_OWNER = 1_000;

interface Row {
  id: string;
  hash: Buffer;
  name: string;
  role: string;
  owner_id: number;
  tenant_id: string | null;
  actor_types: string | null;
  target_types: string | null;
  created_at: number;
  expires_at: number;
}

export interface TokenTables {
  find(id: string): StoredToken | undefined;
  ofOwner(ownerId: number): StoredToken[];
  all(): StoredToken[];
  insert(token: StoredToken): void;
  remove(id: string): void;
}

function fromRow(row: Row): StoredToken {
  return {
    id: row.id,
    hash: row.hash,
    name: row.name,
    role: row.role as Role,
    ownerId: String(row.owner_id),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    ...(row.tenant_id === null ? {} : { tenantId: row.tenant_id }),
    ...(row.actor_types === null ? {} : { actorTypes: JSON.parse(row.actor_types) as string[] }),
    ...(row.target_types === null ? {} : { targetTypes: JSON.parse(row.target_types) as string[] }),
  };
}

export function tokenTables(sqlite: Sqlite): TokenTables {
  const find = sqlite.prepare<[string], Row>('SELECT * FROM tokens WHERE id = ?');
  const ofOwner = sqlite.prepare<[number], Row>(
    'SELECT * FROM tokens WHERE owner_id = ? ORDER BY created_at, id',
  );
  const all = sqlite.prepare<[], Row>('SELECT * FROM tokens ORDER BY created_at, id');
  const insert = sqlite.prepare(
    'INSERT INTO tokens (id, hash, name, role, owner_id, tenant_id, actor_types, target_types, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const remove = sqlite.prepare('DELETE FROM tokens WHERE id = ?');
  const json = (list: string[] | undefined) => (list === undefined ? null : JSON.stringify(list));
  return {
    find(id) {
      const row = find.get(id);
      return row === undefined ? undefined : fromRow(row);
    },
    ofOwner: ownerId => ofOwner.all(ownerId).map(fromRow),
    all: () => all.all().map(fromRow),
    insert: token =>
      void insert.run(
        token.id,
        token.hash,
        token.name,
        token.role,
        Number(token.ownerId),
        token.tenantId ?? null,
        json(token.actorTypes),
        json(token.targetTypes),
        token.createdAt,
        token.expiresAt,
      ),
    remove: id => void remove.run(id),
  };
}

/** What somebody can do with API tokens. */
export function tokensOf({ commit }: Scope, tables: TokenTables) {
  function remove(unit: ActingUnit, token: StoredToken, reason?: string): void {
    tables.remove(token.id);
    unit.emit({
      action: 'deleted',
      target: { type: 'tokens', id: token.id },
      targetName: token.name,
      eventName: 'token.revoked',
      ...(reason === undefined ? {} : { reason }),
      source: 'daemon',
    });
  }

  return {
    async find(id: string): Promise<StoredToken | undefined> {
      return tables.find(id);
    },

    async ofOwner(ownerId: string): Promise<StoredToken[]> {
      return tables.ofOwner(Number(ownerId));
    },

    async all(): Promise<StoredToken[]> {
      return tables.all();
    },

    create(token: StoredToken): Promise<void> {
      return commit('control', unit => {
        if (tables.ofOwner(Number(token.ownerId)).length >= MAX_TOKENS_PER_OWNER) {
          throw new Problem(
            'conflict',
            `You have ${MAX_TOKENS_PER_OWNER} tokens. Revoke some that are not used.`,
          );
        }
        tables.insert(token);
        const facts = {
          name: token.name,
          role: token.role,
          ownerId: token.ownerId,
          expiresAt: token.expiresAt,
          tenantId: token.tenantId,
          actorTypes: token.actorTypes,
          targetTypes: token.targetTypes,
        };
        unit.emit({
          action: 'created',
          target: { type: 'tokens', id: token.id },
          targetName: token.name,
          eventName: 'token.created',
          changes: Object.fromEntries(
            Object.entries(facts)
              .filter(([, value]) => value !== undefined)
              .map(([field, value]) => [field, { prev: null, next: value }]),
          ),
          source: 'daemon',
        });
      });
    },

    /** @throws Problem `not_found` if there is none that the caller may revoke. */
    revoke(id: string, mayRevoke: (token: StoredToken) => boolean): Promise<void> {
      return commit('control', unit => {
        const token = tables.find(id);
        if (token === undefined || !mayRevoke(token))
          throw new Problem('not_found', `There is no token ${id}.`);
        remove(unit, token);
      });
    },

    /** Revokes the tokens of an owner, inside a unit of somebody else's. */
    revokeAllWithin(unit: ActingUnit, ownerId: string, reason: string): void {
      for (const token of tables.ofOwner(Number(ownerId))) remove(unit, token, reason);
    },
  };
}
