// The service itself: how it is doing, who is asking, its keys.
import type { KeyInfo, Me, Status } from '../../shared/api.js';
import type { LimitState } from '../../shared/limits.js';
import type { AuditLog } from '../audit/audit-log.js';
import type { CheckpointKeys } from '../checkpoint-keys.js';
import type { DataLayer } from '../data/data-layer.js';
import type { KeyRing } from '../keys.js';
import type { AccessTokens } from './access-tokens.js';
import { actorOf, type Caller } from './caller.js';
import { metricsText, type Responses } from './metrics.js';
import { authorize } from './policy.js';
import type { Recorded } from './recorded.js';

export interface ServiceOptions {
  data: DataLayer;
  audit: AuditLog;
  keys: KeyRing;
  checkpointKeys: Pick<CheckpointKeys, 'list' | 'rotate'>;
  accessTokens: AccessTokens;
  version: string;
  backlogLimit: number;
  /** Free bytes on the disk below which changes are refused. */
  minFreeBytes: number;
  /** Whether checkpoints leave, as the status says it; `undefined` if none is to. */
  checkpoints(): string | undefined;
  /** Where it can be reached; known once it listens. */
  addresses(): { url: string | null; socket: string };
  /** How far each thing that is bounded is from its limit. */
  gauges(): LimitState[];
  /** Answers so far. */
  responses(): Responses;
  now(): number;
  monotonic(): number;
}

export function createService(options: ServiceOptions) {
  const { data, audit, keys, checkpointKeys, accessTokens, version, backlogLimit, minFreeBytes } = options;
  const { checkpoints, addresses, now, monotonic } = options;
  const startedAt = monotonic();

  function statusNow(): Status {
    return {
      pid: process.pid,
      version,
      instance: data.instance,
      ...addresses(),
      storedSeq: audit.head().size,
      firstSeq: audit.head().removed + 1,
      backlog: data.queue.backlog(),
      backlogLimit,
      logger: audit.state(),
      accepting: data.accepting(),
      freeDiskBytes: data.freeDiskBytes(),
      minFreeBytes,
      ballastBytes: data.ballastBytes(),
      ...checkpointState(checkpoints()),
      limits: options.gauges(),
      uptimeMs: Math.round(monotonic() - startedAt),
    };
  }

  return {
    status(caller: Caller): Status {
      authorize(caller, 'service.read');
      return statusNow();
    },

    /** The same and more for a monitor (metrics.ts). */
    metrics(caller: Caller): string {
      authorize(caller, 'service.inspect');
      return metricsText({
        status: statusNow(),
        responses: options.responses(),
        memory: process.memoryUsage(),
      });
    },

    /** Lets the caller see what the service is: its API document. */
    see: (caller: Caller) => authorize(caller, 'service.read'),

    /** Who the caller is to this daemon. */
    me(caller: Caller): Me {
      authorize(caller, 'service.read');
      const { user, token, sessionId, expiresAt } = caller.principal;
      const { instance } = data;
      if (token === undefined) {
        return {
          actorType: 'users',
          id: user.id,
          name: user.name,
          email: user.email,
          role: user.role,
          ...(sessionId === undefined ? {} : { sessionId }),
          expiresAt,
          instance,
        };
      }
      return {
        actorType: 'tokens',
        id: token.id,
        name: token.name,
        role: token.role,
        ...(token.tenantId === undefined ? {} : { tenantId: token.tenantId }),
        onBehalfOf: { type: 'users', id: user.id, name: user.name },
        expiresAt,
        instance,
      };
    },

    /** What anybody may know: that it is there, and which one it is. */
    health: () => ({ status: 'ok' as const, version, instance: data.instance, pid: process.pid }),

    /** The public keys of access tokens (RFC 7517). */
    jwks: () => keys.jwks(),

    listKeys(caller: Caller): KeyInfo[] {
      authorize(caller, 'administer');
      return [...keys.list(), ...checkpointKeys.list()];
    },

    /** Makes a new key for access tokens; those that are out stay good until they expire. */
    async rotateKeys(caller: Caller): Promise<Recorded<KeyInfo>> {
      authorize(caller, 'administer');
      const scope = data.as(actorOf(caller));
      scope.requireRoom();
      const key = await keys.rotate(kid =>
        scope.happened(
          { action: 'created', target: { type: 'keys', id: kid }, eventName: 'key.rotated' },
          { tokenKey: kid },
        ),
      );
      accessTokens.forget();
      return { answer: key, eventIds: scope.eventIds };
    },

    /** Makes a new key for checkpoints, for which the one before it vouches. */
    async rotateCheckpointKey(caller: Caller): Promise<Recorded<KeyInfo>> {
      authorize(caller, 'administer');
      const scope = data.as(actorOf(caller));
      scope.requireRoom();
      const { key, publicKey } = await checkpointKeys.rotate(now());
      await audit.rekey();
      await scope.happened({
        action: 'created',
        target: { type: 'keys', id: key.kid },
        eventName: 'checkpoint-key.rotated',
        changes: { publicKey: { prev: null, next: publicKey } },
      });
      return { answer: key, eventIds: scope.eventIds };
    },
  };
}

const checkpointState = (checkpoints: string | undefined) =>
  checkpoints === undefined ? {} : { checkpoints };

export type Service = ReturnType<typeof createService>;
