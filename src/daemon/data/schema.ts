// The tables of data.db. Migrations in drizzle/data are generated from here (`npm run generate`).
import { blob, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** Facts about this database: `instance` (made at init) and `epoch` (this incarnation, changed at a restore). */
export const meta = sqliteTable('meta', {
  key: text('key').primaryKey(),
  value: text('value').notNull(),
});

/** The user's own types, as they were defined. */
export const types = sqliteTable('types', {
  name: text('name').primaryKey(),
  version: integer('version').notNull(),
  schema: text('schema', { mode: 'json' }).$type<Record<string, unknown>>().notNull(),
  record: text('record', { mode: 'json' }).$type<Record<string, unknown>>(),
});

/** The last id given for each type; ids are never used again. */
export const counters = sqliteTable('counters', {
  type: text('type').primaryKey(),
  lastId: integer('last_id').notNull(),
});

/** Every record of every type; `body` is JSON without the id. */
export const records = sqliteTable(
  'records',
  {
    type: text('type').notNull(),
    id: integer('id').notNull(),
    version: integer('version').notNull(),
    body: text('body').notNull(),
  },
  table => [primaryKey({ columns: [table.type, table.id] })],
);

/** Values of unique and indexed fields, so that both are found without reading the type's records. */
export const recordKeys = sqliteTable(
  'record_keys',
  {
    type: text('type').notNull(),
    field: text('field').notNull(),
    value: text('value').notNull(),
    id: integer('id').notNull(),
  },
  table => [primaryKey({ columns: [table.type, table.field, table.value, table.id] })],
);

/** Password hashes, apart from the records that everybody may read. */
export const credentials = sqliteTable('credentials', {
  userId: integer('user_id').primaryKey(),
  hash: text('hash').notNull(),
});

export const sessions = sqliteTable(
  'sessions',
  {
    id: text('id').primaryKey(),
    userId: integer('user_id').notNull(),
    createdAt: integer('created_at').notNull(),
    lastUsedAt: integer('last_used_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    ip: text('ip'),
    userAgent: text('user_agent'),
  },
  table => [index('sessions_by_user').on(table.userId)],
);

/** Refresh tokens by their SHA-256. A family is a session; `parent` is the token that it was rotated from. */
export const refreshTokens = sqliteTable(
  'refresh_tokens',
  {
    hash: blob('hash', { mode: 'buffer' }).primaryKey(),
    sessionId: text('session_id')
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    parent: blob('parent', { mode: 'buffer' }),
    createdAt: integer('created_at').notNull(),
    rotatedAt: integer('rotated_at'),
    spent: integer('spent', { mode: 'boolean' }).notNull(),
  },
  table => [index('refresh_tokens_by_session').on(table.sessionId)],
);

/** API tokens by the SHA-256 of their secret. */
export const tokens = sqliteTable(
  'tokens',
  {
    id: text('id').primaryKey(),
    hash: blob('hash', { mode: 'buffer' }).notNull(),
    name: text('name').notNull(),
    role: text('role').notNull(),
    ownerId: integer('owner_id').notNull(),
    tenantId: text('tenant_id'),
    actorTypes: text('actor_types', { mode: 'json' }).$type<string[]>(),
    targetTypes: text('target_types', { mode: 'json' }).$type<string[]>(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  table => [index('tokens_by_owner').on(table.ownerId)],
);

/** One row a commit: the events of all requests that shared it. `total` counts the events of all commits so far. */
export const outbox = sqliteTable('outbox', {
  position: integer('position').primaryKey(),
  total: integer('total').notNull(),
  events: text('events').notNull(),
});

/** Answers to requests that carried an `Idempotency-Key`. */
export const idempotency = sqliteTable(
  'idempotency',
  {
    principal: text('principal').notNull(),
    key: text('key').notNull(),
    fingerprint: blob('fingerprint', { mode: 'buffer' }).notNull(),
    answer: text('answer').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  table => [
    primaryKey({ columns: [table.principal, table.key] }),
    index('idempotency_by_age').on(table.createdAt),
  ],
);
