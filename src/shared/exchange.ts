// One HTTP exchange with the daemon over node:http, through a Unix socket or TCP. Knows bearer tokens and
// problems, and nothing of what is asked.
import {
  Agent,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
} from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { checkSocketOwner, type Endpoint, endpointName } from './endpoint.js';
import { PROBLEMS, Problem, type ProblemBody, type ProblemCode } from './problem.js';

/** What is sent. */
export interface Call {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute path, its segments encoded (see `segment`). */
  path: string;
  query?: URLSearchParams;
  headers?: Record<string, string>;
  /** Bytes or text as they are; a stream can be sent once, and so is never repeated with a renewed token. */
  body?: string | Uint8Array | Readable;
  signal?: AbortSignal;
  /** Without the token, e.g. to log in. */
  anonymous?: boolean;
}

/** What came back: the head, and the body still to be read. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: IncomingMessage;
}

/** What an observer hears of an exchange: nothing of headers or bodies, which hold secrets. */
export interface Observation {
  method: string;
  path: string;
  status: number;
  ms: number;
}

/**
 * The bearer token of the next request, if there is one. `rejected` is the token that the daemon has just
 * refused (401): a source that can renew answers another one, any other answers the same or `undefined`.
 */
export type TokenSource = (rejected?: string) => Promise<string | undefined>;

export interface ExchangeOptions {
  endpoint: Endpoint;
  token?: TokenSource;
  /** Sent with every request, e.g. `user-agent`. */
  headers?: Record<string, string>;
  observe?: (observation: Observation) => void;
  /** Longest silence of the daemon, in milliseconds. */
  silenceMs?: number;
}

export interface Exchanger {
  /**
   * Sends `call` and answers any 2xx or 304.
   * @throws Problem as the daemon said it; `unavailable` with reason `unreachable` when nobody answers at the
   * endpoint and `interrupted` when the connection broke before the answer had come.
   */
  send(call: Call): Promise<Answer>;
  /** Ends kept connections. */
  close(): void;
}

const SILENCE_MS = 60_000;

/** Makes the one thing that talks HTTP. */
export function createExchanger(options: ExchangeOptions): Exchanger {
  const { endpoint, token, observe } = options;
  const transport = createTransport(options);

  async function sendOnce(call: Call, bearer: string | undefined): Promise<Answer> {
    const started = performance.now();
    const headers = {
      accept: 'application/json',
      ...options.headers,
      ...call.headers,
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    };
    const answer = await transport.send(call, headers);
    const ms = Math.round(performance.now() - started);
    observe?.({ method: call.method, path: target(call), status: answer.status, ms });
    return answer;
  }

  return {
    async send(call) {
      if (endpoint.kind === 'socket') checkSocketOwner(endpoint.path);
      const bearer = call.anonymous ? undefined : await token?.();
      let answer = await sendOnce(call, bearer);
      const repeatable = typeof call.body !== 'object' || call.body instanceof Uint8Array;
      if (answer.status === 401 && bearer !== undefined && repeatable) {
        const renewed = await token?.(bearer);
        if (renewed !== undefined && renewed !== bearer) {
          answer.body.resume();
          answer = await sendOnce(call, renewed);
        }
      }
      if (answer.status >= 400 || (answer.status >= 300 && answer.status !== 304)) {
        throw await answeredProblem(answer);
      }
      return answer;
    },
    close: transport.close,
  };
}

/** A path segment that no URL parser folds away or splits. */
export function segment(text: string): string {
  return encodeURIComponent(text).replace(/^\.{1,2}$/, dots => '%2E'.repeat(dots.length));
}

/** Reads a whole body as text. */
export async function readText(body: IncomingMessage): Promise<string> {
  body.setEncoding('utf8');
  let text = '';
  try {
    for await (const chunk of body) text += chunk;
  } catch {
    throw broken();
  }
  return text;
}

function target(call: Call): string {
  const query = call.query?.toString() ?? '';
  return query === '' ? call.path : `${call.path}?${query}`;
}

interface Transport {
  send(call: Call, headers: Record<string, string>): Promise<Answer>;
  close(): void;
}

function createTransport({ endpoint, silenceMs = SILENCE_MS }: ExchangeOptions): Transport {
  const agent = new Agent({ keepAlive: true });
  const secure = endpoint.kind === 'url' && endpoint.url.protocol === 'https:';
  const base =
    endpoint.kind === 'socket'
      ? { socketPath: endpoint.path, prefix: '' }
      : {
          host: endpoint.url.hostname.replace(/^\[|\]$/g, ''),
          port: endpoint.url.port || (secure ? 443 : 80),
          prefix: endpoint.url.pathname.replace(/\/+$/, ''),
        };

  return {
    async send(call, headers) {
      const { prefix, ...address } = base;
      const begin = secure ? (await import('node:https')).request : request;
      const outgoing = begin({
        ...address,
        ...(secure ? {} : { agent }),
        method: call.method,
        path: prefix + target(call),
        headers,
        signal: call.signal,
        timeout: silenceMs,
      });
      return await converse(outgoing, call.body, endpoint, silenceMs);
    },
    close() {
      agent.destroy();
    },
  };
}

/** Sends the body and waits for the head of the answer. */
function converse(
  outgoing: ClientRequest,
  body: Call['body'],
  endpoint: Endpoint,
  silenceMs: number,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    outgoing.on('response', response => {
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: response });
    });
    outgoing.on('timeout', () => {
      outgoing.destroy(
        new Problem(
          'unavailable',
          `The daemon at ${endpointName(endpoint)} has been silent for ${silenceMs / 1000} seconds.`,
          { reason: 'interrupted' },
        ),
      );
    });
    outgoing.on('error', error => reject(connectionProblem(error, endpoint)));
    // Bytes, never text: with text node:http encodes the headers anew along with it, and UTF-8 twice is not UTF-8.
    if (body === undefined || body instanceof Uint8Array) outgoing.end(body);
    else if (typeof body === 'string') outgoing.end(Buffer.from(body));
    else pipeline(body, outgoing).catch(error => reject(connectionProblem(error, endpoint)));
  });
}

/** Codes by which the operating system says that nobody listens there. */
const NOBODY = new Set([
  'ECONNREFUSED',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'ENOTSOCK',
  'ENOTDIR',
]);

function connectionProblem(error: unknown, endpoint: Endpoint): unknown {
  if (!(error instanceof Error) || error instanceof Problem || error.name === 'AbortError') return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && NOBODY.has(code)) {
    return new Problem('unavailable', `No daemon answers at ${endpointName(endpoint)} (${code}).`, {
      reason: 'unreachable',
    });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new Problem('unavailable', `You may not connect to ${endpointName(endpoint)} (${code}).`, {
      reason: 'unreachable',
    });
  }
  return broken();
}

function broken(): Problem {
  return new Problem(
    'unavailable',
    'The connection to the daemon broke before its answer had come: whether the request was carried out is not known.',
    { reason: 'interrupted' },
  );
}

/** What the daemon said went wrong; anything that is not a problem document is named by its status. */
async function answeredProblem(answer: Answer): Promise<Problem> {
  const text = await readText(answer.body);
  const retryAfter = Number(answer.headers['retry-after'] ?? Number.NaN);
  const details = Number.isFinite(retryAfter) ? { retryAfterSeconds: retryAfter } : {};
  const body = parsedProblem(text);
  if (body !== undefined) {
    const errors = body.errors === undefined ? {} : { errors: body.errors };
    return new Problem(body.code, body.detail, { ...details, ...errors });
  }
  return new Problem(
    codeOfStatus(answer.status),
    `Something that is not whodid answered with HTTP status ${answer.status}.`,
    details,
  );
}

function parsedProblem(text: string): ProblemBody | undefined {
  try {
    const body = JSON.parse(text) as Partial<ProblemBody> | null;
    const known = typeof body?.code === 'string' && Object.hasOwn(PROBLEMS, body.code);
    return known && typeof body.detail === 'string' ? (body as ProblemBody) : undefined;
  } catch {
    return undefined;
  }
}

function codeOfStatus(status: number): ProblemCode {
  const found = Object.entries(PROBLEMS).find(([, kind]) => kind.status === status);
  if (found !== undefined) return found[0] as ProblemCode;
  return status >= 500 ? 'unavailable' : 'bad_request';
}
