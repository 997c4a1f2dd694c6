// The closed list of what can go wrong, mapped once to HTTP statuses and once to exit statuses.
// On the wire a problem is RFC 9457 `application/problem+json`.
import type { ObjectRef } from './object-ref.js';

interface ProblemKind {
  status: number;
  exit: number;
  title: string;
}

/** Exit statuses of the command line (docs/cli.md). */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  notLoggedIn: 4,
  forbidden: 5,
  conflict: 6,
  verificationFailed: 7,
  unavailable: 69,
  interrupted: 130,
} as const;

/** Every code, with the HTTP status and the exit status that it has. Codes are stable: scripts match on them. */
export const PROBLEMS = {
  bad_request: { status: 400, exit: EXIT.usage, title: 'The request is malformed' },
  unauthenticated: { status: 401, exit: EXIT.notLoggedIn, title: 'Not logged in' },
  forbidden: { status: 403, exit: EXIT.forbidden, title: 'Not allowed' },
  not_found: { status: 404, exit: EXIT.notFound, title: 'Not found' },
  method_not_allowed: { status: 405, exit: EXIT.failed, title: 'Method not allowed' },
  conflict: { status: 409, exit: EXIT.conflict, title: 'Conflict' },
  precondition_failed: { status: 412, exit: EXIT.conflict, title: 'Changed by somebody else' },
  too_large: { status: 413, exit: EXIT.conflict, title: 'Too large' },
  uri_too_long: { status: 414, exit: EXIT.usage, title: 'Address too long' },
  unsupported_media_type: { status: 415, exit: EXIT.usage, title: 'Unsupported media type' },
  invalid: { status: 422, exit: EXIT.conflict, title: 'Invalid data' },
  too_many_attempts: { status: 429, exit: EXIT.unavailable, title: 'Too many attempts' },
  internal: { status: 500, exit: EXIT.failed, title: 'Unexpected failure' },
  unavailable: { status: 503, exit: EXIT.unavailable, title: 'Refusing work at the moment' },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEMS;

/** One field that is wrong: a JSON-pointer-like path without the leading slash (`total`, `address/zip`), and why. */
export interface FieldFault {
  field: string;
  reason: string;
}

/** What a problem carries beside its sentence. */
export interface ProblemDetails {
  /** The fields that are wrong, for `bad_request` and `invalid`. */
  errors?: FieldFault[];
  /** A short, stable word for the audit log's `context.reason` when the sentence would vary. */
  reason?: string;
  /** Seconds after which trying again makes sense, for `too_many_attempts` and `unavailable`. */
  retryAfterSeconds?: number;
  /** The object that it is about, for the audit log, where the address of the request does not name it. */
  target?: ObjectRef;
}

/**
 * Something that went wrong and that the caller can understand. The message is one or two sentences: what
 * happened, to what, and what to do next. It reaches users as it is and never holds a secret.
 */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly details: ProblemDetails;

  constructor(code: ProblemCode, message: string, details: ProblemDetails = {}) {
    super(message);
    this.name = 'Problem';
    this.code = code;
    this.details = details;
  }
}

/** The body of an error answer: RFC 9457, with `code`, `errors` and `requestId` as extension members. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ProblemCode;
  requestId?: string;
  errors?: FieldFault[];
}

/** The RFC 9457 body for a problem. */
export function problemBody(problem: Problem, requestId?: string): ProblemBody {
  const { status, title } = PROBLEMS[problem.code];
  return {
    type: `urn:whodid:problem:${problem.code}`,
    title,
    status,
    detail: problem.message,
    code: problem.code,
    ...(requestId === undefined ? {} : { requestId }),
    ...(problem.details.errors === undefined ? {} : { errors: problem.details.errors }),
  };
}
