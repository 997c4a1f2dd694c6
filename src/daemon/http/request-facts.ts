// What is known of a request before anybody looks at it: its id, what it belongs to, where it came from.
import type { FastifyRequest } from 'fastify';
import { Problem } from '../../shared/problem.js';
import type { RequestFacts } from '../core/caller.js';

const MAX_CORRELATION = 256;
const MAX_COMMENT = 2_048;
const MAX_USER_AGENT = 256;

/** How an IPv4 address begins on a socket for both kinds. */
const MAPPED_IPV4 = '::ffff:';

/** The trace id of W3C Trace Context's `traceparent`. */
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/;

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text of a header that becomes part of events. Node gives header bytes as Latin-1 characters; ours are UTF-8. */
function textHeader(request: FastifyRequest, name: string, maxLength: number): string | undefined {
  const raw = header(request, name);
  if (raw === undefined || raw === '') return undefined;
  const refuse = (reason: string) =>
    new Problem('bad_request', `The header ${name} ${reason}.`, { errors: [{ field: name, reason }] });
  let text: string;
  try {
    text = utf8.decode(Buffer.from(raw, 'latin1'));
  } catch {
    throw refuse('is not UTF-8');
  }
  if (text.length > maxLength) throw refuse(`is longer than ${maxLength} characters`);
  if (text.includes('\u0000')) throw refuse('contains a character that cannot be kept');
  return text;
}

/** @throws Problem `bad_request` for headers that cannot be recorded as they are. */
export function requestFacts(request: FastifyRequest): RequestFacts {
  const correlationId =
    textHeader(request, 'x-correlation-id', MAX_CORRELATION) ??
    TRACEPARENT.exec(header(request, 'traceparent') ?? '')?.[1];
  const comment = textHeader(request, 'x-audit-comment', MAX_COMMENT);
  const userAgent = header(request, 'user-agent')?.slice(0, MAX_USER_AGENT);
  // A Unix socket has no address: whoever reaches it is on this machine.
  const ip = request.socket.remoteAddress;
  // Member by member, as is all that is made for each request: spreading an object for each costs ten times as much.
  const facts: RequestFacts = { requestId: request.id };
  if (correlationId !== undefined) facts.correlationId = correlationId;
  if (ip !== undefined) facts.ip = ip.startsWith(MAPPED_IPV4) ? ip.slice(MAPPED_IPV4.length) : ip;
  if (userAgent !== undefined && userAgent !== '') facts.userAgent = userAgent;
  if (comment !== undefined) facts.comment = comment;
  return facts;
}
