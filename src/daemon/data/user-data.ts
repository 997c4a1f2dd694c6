// Everything that one actor can do with data: what `data.as(actor)` gives.
import type { PendingEvent } from '../../shared/data-event.js';
import type { Actor } from './actor.js';
import { type CredentialTables, credentialsOf } from './credentials.js';
import type { Happening } from './happening.js';
import type { IdempotencyTables } from './idempotency.js';
import type { RecordType } from './record-type.js';
import type { ActorScopes } from './recording-scopes.js';
import { Records, type RecordTables } from './records.js';
import type { ActingUnit, Scope } from './scope.js';
import { type SessionTables, sessionsOf } from './sessions.js';
import { type TokenTables, tokensOf } from './tokens.js';
import { type TypeRegistry, Types, type TypeTables } from './types.js';
import { type UserTables, usersOf } from './users.js';

/** What the data layer has for everybody. */
export interface UserDataParts {
  tables: {
    records: RecordTables;
    sessions: SessionTables;
    tokens: TokenTables;
    credentials: CredentialTables;
    users: UserTables;
    types: TypeTables;
  };
  registry: TypeRegistry;
  /** A type as it is defined at this moment. */
  current(type: RecordType): RecordType;
  idempotency: IdempotencyTables;
  /** Milliseconds since the Unix epoch that never go back (steady-clock.ts). */
  steadyNow(): number;
  /** Remembers the key that was rotated to, inside a transaction. */
  rememberTokenKey(kid: string): void;
  /** See `UserData.requireRoom`. */
  requireRoom(): void;
  occurred(actor: Actor, happening: Happening): Promise<void>;
  report(events: readonly PendingEvent[]): Promise<void>;
}

/**
 * The data layer in somebody's name. Its parts are made when they are asked for: a request needs one or two of them.
 * A class, because one is made for each request: an object with getters of its own costs 4 KB and a hidden class.
 */
export class UserData {
  readonly actor: Actor;
  private readonly durable: Scope;
  private readonly recordScope: Scope;
  private ownRecords: Records | undefined;

  constructor(
    private readonly parts: UserDataParts,
    { durable, records }: ActorScopes,
  ) {
    this.actor = durable.actor;
    this.durable = durable;
    this.recordScope = records;
  }

  /** The ids of the events that were committed in this name since `as`, of the first 1,000 of them. */
  get eventIds(): string[] {
    return this.durable.eventIds;
  }

  get records(): Records {
    this.ownRecords ??= new Records(this.recordScope, this.parts.tables.records, this.parts.current);
    return this.ownRecords;
  }

  get types(): Types {
    const { tables, registry } = this.parts;
    return new Types(this.durable, this.records, { rows: tables.types, registry, tables: tables.records });
  }

  get sessions() {
    return sessionsOf(this.durable, this.parts.tables.sessions, this.parts.steadyNow);
  }

  get tokens() {
    return tokensOf(this.durable, this.parts.tables.tokens);
  }

  get credentials() {
    return credentialsOf(this.durable, this.parts.tables.credentials);
  }

  get users() {
    const { tables, registry } = this.parts;
    return usersOf({
      type: registry.get('users').type,
      tables: tables.records,
      userTables: tables.users,
      records: this.records,
      sessions: this.sessions,
      tokens: this.tokens,
      credentials: this.credentials,
    });
  }

  get idempotency(): IdempotencyTables {
    return this.parts.idempotency;
  }

  /**
   * Records something that is neither a record nor kept elsewhere: keys, verification, retention …
   * `tokenKey` is remembered with it as the key that was rotated to.
   */
  happened(happening: Happening, { tokenKey }: { tokenKey?: string } = {}): Promise<void> {
    return this.durable.commit('control', (unit: ActingUnit) => {
      if (tokenKey !== undefined) this.parts.rememberTokenKey(tokenKey);
      unit.emit({ ...happening, source: 'daemon' });
    });
  }

  /** For what cannot be taken back if it cannot be recorded. @throws Problem `unavailable` if it could not be now. */
  requireRoom(): void {
    this.parts.requireRoom();
  }

  /** Records a denial, a failure or an audit query; a repeat within its minute is counted instead. */
  occurred(happening: Happening): Promise<void> {
    return this.parts.occurred(this.actor, happening);
  }

  /** Commits events that another program reported: they keep the actors that they name. */
  report(events: readonly PendingEvent[]): Promise<void> {
    return this.parts.report(events);
  }
}
