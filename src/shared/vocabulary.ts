// The closed lists of words that daemon, client and documents share. No dependencies, so that the client can
// name them without loading a schema library.

/** What happened to the target. */
export const ACTIONS = ['viewed', 'created', 'changed', 'deleted'] as const;
export type Action = (typeof ACTIONS)[number];

/** What became of it (the terms of ECS and OCSF). */
export const OUTCOMES = ['success', 'failure', 'denied'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What a person or a token may be. `reporter` is for tokens alone. */
export const ROLES = ['admin', 'editor', 'viewer', 'auditor', 'reporter'] as const;
export type Role = (typeof ROLES)[number];

/** What each role may do, for people who choose one; the daemon's table of operations decides. */
export const ROLE_SUMMARIES: Record<Role, string> = {
  admin: 'everything: users, types, tokens, keys, and the whole log',
  editor: 'read and change records and notes, and see who did what to one object',
  viewer: 'read records, and see who did what to one object',
  auditor: 'read records and the whole log; change nothing',
  reporter: 'report events of the types that its token names, and nothing else; for tokens alone',
};

/** The roles that a user (not a token) can have. */
export const USER_ROLES = ['admin', 'editor', 'viewer', 'auditor'] as const satisfies readonly Role[];
export type UserRole = (typeof USER_ROLES)[number];

/** How much of an action on a type is recorded. */
export const RECORDING_LEVELS = ['none', 'metadata', 'changes'] as const;
export type RecordingLevel = (typeof RECORDING_LEVELS)[number];

/** What audit queries can be counted by. */
export const SUMMARY_KEYS = ['actor', 'target', 'action', 'outcome', 'field', 'eventName', 'day'] as const;
export type SummaryKey = (typeof SUMMARY_KEYS)[number];

/** Order of an answer: newest first, or oldest first. */
export const ORDERS = ['desc', 'asc'] as const;
export type Order = (typeof ORDERS)[number];

/** Types whose records the daemon keeps without being told to. */
export const BUILT_IN_TYPES = ['users', 'notes'] as const;

/** Types of objects that are no records; their events would mix with those of records of the same name. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set([
  'events',
  'various',
  'anonymous',
  'audit',
  'keys',
  'routes',
  'sessions',
  'system',
  'tokens',
  'types',
]);

/** The `source` of an event from the data layer, from the daemon itself, and the start of a reported one's. */
export const SOURCE_DATA_LAYER = 'data-layer';
export const SOURCE_DAEMON = 'daemon';
export const SOURCE_REPORTED = 'reported:';
