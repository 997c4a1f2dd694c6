// Everything that could grow, each with a limit and what happens there: the words of `daemon status`, GET /metrics and
// docs/operation.md. The values come from src/daemon/gauges.ts.

interface LimitKind {
  name: string;
  unit: 'events' | 'bytes' | 'kinds' | 'streams' | 'requests' | 'keys' | 'sessions';
  /** What is counted. */
  what: string;
  /** What happens at the limit. */
  atLimit: string;
}

export const LIMITS = [
  {
    name: 'backlog',
    unit: 'events',
    what: 'events committed and not yet in the log',
    atLimit: 'changes are refused (503)',
  },
  {
    name: 'viewReserve',
    unit: 'events',
    what: 'events beyond the limit of the backlog, of reads',
    atLimit: 'reads of records are refused (503)',
  },
  {
    name: 'controlReserve',
    unit: 'events',
    what: 'events beyond that reserve, of logging in and out, revoking and audit queries',
    atLimit: 'these are refused (503)',
  },
  {
    name: 'repeats',
    unit: 'kinds',
    what: 'kinds of refusals, failures and audit queries that are being counted',
    atLimit: 'further kinds of one actor and name are counted as one',
  },
  {
    name: 'followers',
    unit: 'streams',
    what: 'programs that follow the log; 20 of one user',
    atLimit: 'a further one is refused (503)',
  },
  {
    name: 'requests',
    unit: 'requests',
    what: 'requests that are being answered',
    atLimit: 'a further one is refused (503)',
  },
  {
    name: 'logFiles',
    unit: 'bytes',
    what: 'files of the daemon’s own log',
    atLimit: 'the oldest falls off',
  },
  {
    name: 'dataWal',
    unit: 'bytes',
    what: 'write-ahead log of data.db',
    atLimit: 'the next commit waits for readers, and begins it anew',
  },
  {
    name: 'auditWal',
    unit: 'bytes',
    what: 'write-ahead log of audit.db',
    atLimit: 'the logger waits for readers, and begins it anew',
  },
  {
    name: 'idempotencyKeys',
    unit: 'keys',
    what: 'answers kept for an Idempotency-Key, for a day',
    atLimit: 'the oldest give way',
  },
  {
    name: 'sessionsOfOneUser',
    unit: 'sessions',
    what: 'sessions of the user who has most',
    atLimit: 'the one that was used longest ago ends',
  },
] as const satisfies LimitKind[];

export type LimitName = (typeof LIMITS)[number]['name'];

export interface LimitState {
  name: LimitName;
  value: number;
  limit: number;
  unit: LimitKind['unit'];
}
