// The roles table: who may do what. The only place where a request is allowed or refused.
import { Problem } from '../../shared/problem.js';
import type { Role } from '../../shared/vocabulary.js';
import type { Caller, Principal } from './caller.js';

interface Rule {
  /** What the operation is, as a refusal names it. */
  title: string;
  /** The roles that may. A token needs both its own role and its owner's. */
  roles: readonly Role[];
  /** Whether a token may at all. */
  tokens: boolean;
  /** Whether a token that is bound to one tenant may: such tokens reach the audit API alone. */
  tenantTokens: boolean;
}

const EVERYBODY = ['admin', 'editor', 'viewer', 'auditor', 'reporter'] as const;
const PEOPLE = ['admin', 'editor', 'viewer', 'auditor'] as const;

/** Every operation. A route names the one (or those) that it can need. */
export const POLICY = {
  /** Read and list records. */
  'records.read': { title: 'read records', roles: PEOPLE, tokens: true, tenantTokens: false },
  /** Create, update, delete records and notes (`users` apart). */
  'records.write': { title: 'change records', roles: ['admin', 'editor'], tokens: true, tenantTokens: false },
  /** Users: create, delete, role, disable, others' passwords; types; retention, erasure, keys, backup, settings. */
  administer: { title: 'administer', roles: ['admin'], tokens: true, tenantTokens: false },
  /** One's own name and activity. */
  own: { title: 'see and change what is their own', roles: PEOPLE, tokens: true, tenantTokens: false },
  /** One's own password, sessions and tokens: a token must not make another. */
  'own.credentials': { title: 'manage credentials', roles: PEOPLE, tokens: false, tenantTokens: false },
  /** Who did what to one object of a managed type, without `context`. */
  'audit.object': {
    title: 'see the history of one object',
    roles: PEOPLE,
    tokens: true,
    tenantTokens: false,
  },
  /** The whole log: any actor, search, statistics, export, verification, proofs. */
  'audit.log': {
    title: 'read the whole audit log',
    roles: ['admin', 'auditor'],
    tokens: true,
    tenantTokens: true,
  },
  /** Current checkpoint, status, API document, types, `/v1/me`. */
  'service.read': { title: 'see the service', roles: EVERYBODY, tokens: true, tenantTokens: true },
  /** `/metrics`. */
  'service.inspect': {
    title: 'see metrics',
    roles: ['admin', 'auditor'],
    tokens: true,
    tenantTokens: false,
  },
  /** Report events, of the actor and target types that the token names. */
  'events.report': { title: 'report events', roles: ['admin', 'reporter'], tokens: true, tenantTokens: true },
} as const satisfies Record<string, Rule>;

export type Operation = keyof typeof POLICY;

export const OPERATIONS = Object.keys(POLICY) as Operation[];

/** Why `principal` may not do `operation`, as the end of a sentence, or `undefined` if they may. */
export function refusal(principal: Principal, operation: Operation): string | undefined {
  const rule: Rule = POLICY[operation];
  const role = principal.token?.role ?? principal.user.role;
  if (principal.token !== undefined && !rule.tokens) return `an API token may not ${rule.title}`;
  if (principal.token?.tenantId !== undefined && !rule.tenantTokens) {
    return `a token of one tenant reaches the audit API alone and may not ${rule.title}`;
  }
  if (!rule.roles.includes(role)) return `the role ${role} may not ${rule.title}`;
  if (!rule.roles.includes(principal.user.role)) {
    return `the owner of this token has the role ${principal.user.role}, which may not ${rule.title}`;
  }
  return undefined;
}

/** Whether `principal` may do `operation`. */
export const may = (principal: Principal, operation: Operation) =>
  refusal(principal, operation) === undefined;

/**
 * Lets `caller` do `operation`, or refuses. A caller that was let through is marked, so that an answer which
 * nobody authorized cannot leave the daemon.
 * @throws Problem `forbidden` with the reason.
 */
export function authorize(caller: Caller, operation: Operation): void {
  const reason = refusal(caller.principal, operation);
  if (reason !== undefined) throw forbidden(reason);
  caller.authorized = operation;
}

/** A refusal with its reason. */
export function forbidden(reason: string): Problem {
  return new Problem('forbidden', `Not allowed: ${reason}.`, { reason });
}
