// The tables of audit.db. Migrations in drizzle/audit are generated from here (`npm run generate`); WITHOUT
// ROWID, which drizzle cannot say, is added to the generated SQL by hand. Reading and writing use prepared
// statements of better-sqlite3: each is hot, and drizzle's builder is several times slower.
import { sql } from 'drizzle-orm';
import { blob, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/** How far the log is: one row, written in the transaction of every append. */
export const head = sqliteTable('head', {
  id: integer('id').primaryKey(),
  size: integer('size').notNull(),
  recordedAt: integer('recorded_at').notNull(),
  cursor: text('cursor'),
  /** The root of the Merkle tree over the events; empty in a log that has none yet (plant-tree.ts). */
  root: blob('root', { mode: 'buffer' }).notNull().default(sql`x''`),
});

/** Hashes of the Merkle tree, up to 256 side by side (shared/log/tiles.ts). */
export const tiles = sqliteTable(
  'tiles',
  {
    level: integer('level').notNull(),
    place: integer('place').notNull(),
    hashes: blob('hashes', { mode: 'buffer' }).notNull(),
  },
  table => [primaryKey({ columns: [table.level, table.place] })],
);

/**
 * The newest checkpoint: one row. An older one would let somebody without the key cut the log back to where it
 * still holds.
 */
export const checkpoint = sqliteTable('checkpoint', {
  id: integer('id').primaryKey(),
  size: integer('size').notNull(),
  /** A signed note (shared/log/checkpoint.ts). */
  note: text('note').notNull(),
});

/** How the key of checkpoints was replaced: each a note that both keys have signed (shared/log/key-rotation.ts). */
export const keyRotations = sqliteTable('key_rotations', {
  place: integer('place').primaryKey(),
  note: text('note').notNull(),
});

/**
 * Every string that comes again and again, once (event-body.ts), and for those that answer to a filter how
 * often and when they came (`kind`: term.ts); for names and user agents, how many events hold them, so that they can
 * go with the last one. Written in the transaction of every append.
 */
export const terms = sqliteTable(
  'terms',
  {
    id: integer('id').primaryKey(),
    kind: integer('kind').notNull(),
    value: text('value').notNull(),
    events: integer('events').notNull(),
    occurrences: integer('occurrences').notNull(),
    firstAt: integer('first_at'),
    lastAt: integer('last_at'),
  },
  table => [
    uniqueIndex('terms_by_value').on(table.kind, table.value),
    index('terms_busiest').on(table.kind, table.occurrences).where(sql`occurrences >= 64`),
  ],
);

/**
 * The inverted index: for each term the positions (`timestamp`, `seq`) of its events, in blocks (posting-block.ts).
 * A block is found by its first position, the others are packed into `entries`. `term` is an id of `terms`, or
 * the key of a value that is nearly unique (term.ts).
 */
export const postings = sqliteTable(
  'postings',
  {
    term: blob('term').notNull(),
    timestamp: integer('timestamp').notNull(),
    seq: integer('seq').notNull(),
    entries: blob('entries', { mode: 'buffer' }),
  },
  table => [primaryKey({ columns: [table.term, table.timestamp, table.seq] })],
);

/** The events; `body` is everything but the columns, written as event-body.ts says. */
export const events = sqliteTable(
  'events',
  {
    seq: integer('seq').primaryKey(),
    id: blob('id', { mode: 'buffer' }).notNull(),
    timestamp: integer('timestamp').notNull(),
    body: text('body').notNull(),
    /** The key of the salts of its leaf (shared/log/leaf-salts.ts); empty once something was erased: see `seals`. */
    saltKey: blob('salt_key', { mode: 'buffer' }).notNull().default(sql`x''`),
  },
  table => [uniqueIndex('events_by_id').on(table.id)],
);

/**
 * Of each event of which something was erased, what stands in the place of its salt key (erasure/seal.ts). A table of
 * its own, so that rows of `events` never grow: a page of the file that is rearranged keeps shreds of what was on it.
 */
export const seals = sqliteTable('seals', {
  seq: integer('seq').primaryKey(),
  slots: text('slots').notNull(),
});

/** Erasures that are under way (erasure/orders.ts), in the order in which they were asked for. */
export const erasures = sqliteTable('erasures', {
  place: integer('place').primaryKey(),
  id: text('id').notNull().unique(),
  /** What is to be erased, and in whose name, as JSON. */
  erasure: text('erasure').notNull(),
  /** How far it is, as JSON. */
  progress: text('progress').notNull(),
});

/**
 * What statistics are made from: for the log and for each busy actor and target (`subject`, an id of `terms`) what
 * happened in each hour of a week (stats/rollup-block.ts). Written in the transaction of every append.
 */
export const rollups = sqliteTable(
  'rollups',
  {
    subject: integer('subject').notNull(),
    /** Of seven days, since the Unix epoch. */
    week: integer('week').notNull(),
    counts: blob('counts', { mode: 'buffer' }).notNull(),
  },
  table => [primaryKey({ columns: [table.subject, table.week] })],
);

/** For each busy actor its targets, for each busy target its actors (`other`, an id of `terms`), and how often. */
export const rollupPairs = sqliteTable(
  'rollup_pairs',
  {
    subject: integer('subject').notNull(),
    other: integer('other').notNull(),
    events: integer('events').notNull(),
    occurrences: integer('occurrences').notNull(),
  },
  table => [
    primaryKey({ columns: [table.subject, table.other] }),
    index('rollup_pairs_busiest').on(table.subject, table.occurrences).where(sql`occurrences >= 16`),
  ],
);

/** How far the beginning of the log is removed: one row, once a removal was announced (retention/removal-state.ts). */
export const removal = sqliteTable('removal', {
  id: integer('id').primaryKey(),
  removed: integer('removed').notNull(),
  announced: integer('announced').notNull(),
  announcedBy: integer('announced_by').notNull(),
  before: integer('before').notNull(),
  occurrences: integer('occurrences').notNull().default(0),
});

/**
 * Ids of removed events that are made from what an event says, by which a repeat of it is recognised, in the order of the
 * log. The event that announces a removal commits to all of them (retention/reported-ids.ts).
 */
export const removedIds = sqliteTable('removed_ids', {
  place: integer('place').primaryKey(),
  id: blob('id', { mode: 'buffer' }).notNull().unique(),
});

/** How far each standing rule of retention was followed (retention/rule-progress.ts). */
export const ruleProgress = sqliteTable('rule_progress', {
  rule: text('rule').primaryKey(),
  through: integer('through').notNull(),
});

/** What could not be appended, as it was, and why; `seq` is the event that stands in its place. */
export const setAside = sqliteTable('set_aside', {
  seq: integer('seq').primaryKey(),
  reason: text('reason').notNull(),
  event: text('event').notNull(),
});
