// What a client can ask of the daemon, by resource: the interface that the command line, the demo and the tests
// are written against.
import type {
  CheckpointAnswer,
  Credentials,
  EventProof,
  GrowthProof,
  KeyInfo,
  Me,
  NewToken,
  Page,
  ReportSummary,
  Session,
  SessionTokens,
  Status,
  Token,
  TokenRequest,
  TypeDefinition,
  TypeInfo,
  TypeRevision,
} from './api.js';
import type { ExportRange } from './audit-export.js';
import type { AuditFilter } from './audit-filter.js';
import type { AuditQuery } from './audit-query.js';
import type { Stats } from './audit-stats.js';
import type { BackupAnswer, BackupProgress } from './backup.js';
import type { DataEvent } from './data-event.js';
import type { Erasure, ErasureRequest } from './erasure.js';
import type { FollowOptions } from './event-stream.js';
import type { Blame, HistoryLine, Moment, ObjectState } from './object-history.js';
import type { ObjectRef } from './object-ref.js';
import type { RetentionPreview, RetentionQuestion } from './retention.js';
import type { Revert, RevertRequest } from './revert.js';
import type { Call } from './transport.js';
import type { LogVerdict, VerifiedLog, VerifyProgress } from './verification.js';
import type { SummaryKey } from './vocabulary.js';

/** A record as the API shows it. */
export type RecordObject = { id: string } & Record<string, unknown>;

/** What a request that wrote something answered. */
export interface Written {
  /** The ids of the events that it made (`Audit-Event-Id`). */
  eventIds: string[];
}

/** A record that was written. `record` is absent when its body was not asked for (`minimal`). */
export interface WrittenRecord extends Written {
  id: string;
  record?: RecordObject;
  etag?: string;
}

export interface WriteOptions {
  /** Becomes `context.comment` of the events: the actor's own justification. */
  comment?: string;
  /** Goes through only if the record still has this entity tag. */
  ifMatch?: string;
  /** Makes it safe to send a creation again. */
  idempotencyKey?: string;
  /** Does not ask for the body, so that no view of it is recorded (RFC 7240 `return=minimal`). */
  minimal?: boolean;
}

/** Which records, and how many. `where` is equality on declared fields. */
export interface RecordQuery {
  where?: [field: string, value: string][];
  limit?: number;
  cursor?: string;
  /** Ids alone: no view is recorded. */
  minimal?: boolean;
}

/** Occurrences under a value, and the first and last of them (milliseconds since the Unix epoch). */
export interface SummaryLine {
  key: string;
  count: number;
  firstAt: number;
  lastAt: number;
}

/** Events, and with `browse` what questions that follow from them are asked with. */
export interface EventsPage extends Page<DataEvent> {
  within?: string;
}

export interface SummaryAnswer {
  data: SummaryLine[];
  /** Counted so far: the whole would read too much. */
  partial?: true;
}

/** Which part of an object's life. */
export interface HistoryQuery extends Pick<AuditQuery, 'since' | 'until' | 'limit' | 'order' | 'cursor'> {
  /** Changes of this field alone. */
  field?: string;
}

/** Statistics of what; `limit` of the busiest. */
export interface StatsQuery extends Omit<AuditQuery, 'order' | 'cursor'> {
  /** An IANA name. */
  timeZone?: string;
}

export interface ExportQuery extends Partial<AuditFilter>, Omit<ExportRange, 'through'> {
  through?: number;
  signal?: AbortSignal;
}

/** An export that has begun. */
export interface ExportAnswer {
  /** The `seq` up to which it goes. */
  through: number;
  /** A checkpoint that covers it. */
  checkpoint: string;
  /** Its bytes. They break off with an error when the connection does. */
  bytes: AsyncIterable<Buffer>;
}

export interface MakeBackupOptions {
  onProgress?(progress: BackupProgress): void;
  signal?: AbortSignal;
}

/** The API, by resource. Everything throws `Problem` as the daemon said it (see `Exchanger.send`). */
export interface VerifyLogOptions {
  since?: VerifiedLog;
  /** One that was interrupted, to go on with. @throws Problem `not_found` if that cannot be done any more */
  resume?: string;
  /** Hears how it can be gone on with if it is interrupted. */
  onBegun?(verification: string): void;
  onProgress?(progress: VerifyProgress): void;
  signal?: AbortSignal;
}

export interface Client {
  status(): Promise<Status>;
  me(): Promise<Me>;
  /** @param user an id; one's own password needs the current one. */
  setPassword(user: string, change: { password: string; currentPassword?: string }): Promise<Written>;
  sessions: {
    /** Logs in; needs no token. */
    create(credentials: Credentials): Promise<SessionTokens>;
    refresh(refreshToken: string): Promise<SessionTokens>;
    list(): Promise<Page<Session>>;
    /** @param id an id, or `current`. */
    end(id: string): Promise<Written>;
  };
  tokens: {
    /** One's own, or `all`, as an administrator. */
    list(options?: { all?: boolean }): Promise<Page<Token>>;
    create(request: TokenRequest): Promise<NewToken>;
    revoke(id: string): Promise<Written>;
  };
  types: {
    list(): Promise<Page<TypeInfo>>;
    get(name: string): Promise<TypeInfo>;
    /** `allowReported`: although the log already holds reported events about objects of that name. */
    define(definition: TypeDefinition, options?: { allowReported?: boolean }): Promise<TypeInfo>;
    revise(name: string, revision: TypeRevision, options?: { allowReported?: boolean }): Promise<TypeInfo>;
    /** `purge`: with all its records. */
    delete(name: string, options?: { purge?: boolean }): Promise<Written>;
  };
  records: {
    list(type: string, query?: RecordQuery): Promise<Page<RecordObject>>;
    get(type: string, id: string): Promise<{ record: RecordObject; etag?: string }>;
    /** `body` is JSON text, sent as it is, or a value. */
    create(type: string, body: string | object, options?: WriteOptions): Promise<WrittenRecord>;
    /** `patch` is a JSON merge patch (RFC 7396). */
    update(type: string, id: string, patch: string | object, options?: WriteOptions): Promise<WrittenRecord>;
    delete(type: string, id: string, options?: WriteOptions): Promise<Written>;
  };
  audit: {
    events(query?: AuditQuery): Promise<EventsPage>;
    event(id: string): Promise<DataEvent>;
    /** Who and what is busiest, what was done and when; days and hours are those of `timeZone` (UTC). */
    stats(query?: StatsQuery): Promise<Stats>;
    /** Counts of what a query finds, the most frequent first. */
    summary(query: AuditQuery, by: SummaryKey): Promise<SummaryAnswer>;
    /** An export, as it comes; `through` left out is the end of the log. */
    export(query: ExportQuery): Promise<ExportAnswer>;
    /** The life of one object: a line for each request, views folded. */
    history(target: ObjectRef, query?: HistoryQuery): Promise<Page<HistoryLine>>;
    /** For each field of one object, who set it, and when; `within` as in `state`. */
    blame(target: ObjectRef, moment?: Moment & { within?: string }): Promise<Blame[]>;
    /** One object as it stood; `within` the answer to the query that found the event of that `seq`. */
    state(target: ObjectRef, moment?: Moment & { within?: string }): Promise<ObjectState>;
    /** Undoes an event, or brings an object back; with `preview` only says what that would do. */
    revert(request: RevertRequest, options?: Pick<WriteOptions, 'comment' | 'ifMatch'>): Promise<Revert>;
    /** Erases what the log holds of an event, an object or an actor; with `preview` only says what would go. */
    erase(request: ErasureRequest, options?: Pick<WriteOptions, 'comment'>): Promise<Erasure>;
    /** Erasures that are under way, and those that lately were. */
    erasures(): Promise<{ data: Erasure[] }>;
    /** What retention would remove and erase now, by the daemon's settings or others. */
    retention(question: RetentionQuestion): Promise<RetentionPreview>;
    /** Reports events: NDJSON, a line each. Lines are counted from 1 in the answer. */
    report(ndjson: string | Uint8Array, options?: { signal?: AbortSignal }): Promise<ReportSummary>;
    /** The newest checkpoint of the log, and the key that signs it. */
    checkpoint(): Promise<CheckpointAnswer>;
    /** That an event is in the log. */
    prove(id: string): Promise<EventProof>;
    /** That the log has only grown since it had `from` events. @throws Problem `conflict` if it never had as many */
    growth(from: number): Promise<GrowthProof>;
    /** Has the daemon recompute the log; `since` is what is taken as verified before. */
    verify(options?: VerifyLogOptions): Promise<LogVerdict>;
    /** New events as they are stored, across dropped connections; ends when `signal` is aborted. */
    follow(query: AuditQuery, options?: FollowOptions): AsyncGenerator<DataEvent>;
  };
  /** Has the daemon write a backup into `directory`, an absolute path on its machine. */
  backup(directory: string, options?: MakeBackupOptions): Promise<BackupAnswer>;
  keys: {
    list(): Promise<Page<KeyInfo>>;
    /** Makes a new key; for access tokens when left out. */
    rotate(use?: KeyInfo['use']): Promise<KeyInfo>;
  };
  /** Sends what has no method of its own; answers the parsed body, `undefined` for none. */
  request<T = unknown>(call: Call): Promise<T>;
  close(): void;
}
