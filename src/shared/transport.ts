// One request over node:http, through a Unix socket or TCP, and the head of its answer. What can go wrong with a
// connection becomes a `Problem` here.
import type { Agent, ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { type Endpoint, endpointName } from './endpoint.js';
import { Problem } from './problem.js';

/** What is sent. */
export interface Call {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute path, its segments encoded (see `segment`). */
  path: string;
  query?: URLSearchParams | undefined;
  headers?: Record<string, string> | undefined;
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

export interface Transport {
  /** @throws Problem `unavailable`, its reason `unreachable` when nobody is there and `interrupted` when they went. */
  send(call: Call, headers: Record<string, string>): Promise<Answer>;
  /** Ends kept connections. */
  close(): void;
}

export function createTransport(endpoint: Endpoint, silenceMs: number): Transport {
  let agent: Agent | undefined;
  const { prefix, secure, ...address } = addressOf(endpoint);

  return {
    async send(call, headers) {
      // Loaded here: what needs no daemon needs none of it, and it is large.
      const http = await import('node:http');
      const { request } = secure ? await import('node:https') : http;
      agent ??= new http.Agent({ keepAlive: true });
      const outgoing = request({
        ...address,
        ...(secure ? {} : { agent }),
        method: call.method,
        path: prefix + requestTarget(call),
        headers,
        signal: call.signal,
        timeout: silenceMs,
      });
      return await converse(outgoing, call.body, endpoint, silenceMs);
    },
    close() {
      agent?.destroy();
    },
  };
}

/** Path and query, as they stand in the request line. */
export function requestTarget(call: Pick<Call, 'path' | 'query'>): string {
  const query = call.query?.toString() ?? '';
  return query === '' ? call.path : `${call.path}?${query}`;
}

/**
 * Reads a whole body as text.
 * @throws Problem `unavailable` when it breaks off
 */
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

function addressOf(endpoint: Endpoint) {
  if (endpoint.kind === 'socket') return { socketPath: endpoint.path, prefix: '', secure: false };
  const { protocol, hostname, port, pathname } = endpoint.url;
  const secure = protocol === 'https:';
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port || (secure ? 443 : 80),
    prefix: pathname.replace(/\/+$/, ''),
    secure,
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
      const sentence = `The daemon at ${endpointName(endpoint)} has been silent for ${silenceMs / 1000} seconds.`;
      outgoing.destroy(new Problem('unavailable', sentence, { reason: 'interrupted' }));
    });
    outgoing.on('error', error => reject(connectionProblem(error, endpoint)));
    // Bytes, never text: with text node:http encodes the headers anew along with it, and UTF-8 twice is not UTF-8.
    if (body === undefined || body instanceof Uint8Array) outgoing.end(body);
    else if (typeof body === 'string') outgoing.end(Buffer.from(body));
    else
      pipeline(body, outgoing, error => {
        if (error) reject(connectionProblem(error, endpoint));
      });
  });
}

/** What is said of an endpoint by these codes of the operating system; any other breaks off what was begun. */
const UNREACHABLE: Record<string, string> = {
  ECONNREFUSED: 'No daemon answers at',
  ENOENT: 'No daemon answers at',
  ENOTSOCK: 'No daemon answers at',
  ENOTDIR: 'No daemon answers at',
  ENOTFOUND: 'No daemon answers at',
  EAI_AGAIN: 'No daemon answers at',
  EHOSTUNREACH: 'No daemon answers at',
  ENETUNREACH: 'No daemon answers at',
  ETIMEDOUT: 'No daemon answers at',
  EACCES: 'You may not connect to',
  EPERM: 'You may not connect to',
};

function connectionProblem(error: unknown, endpoint: Endpoint): unknown {
  if (!(error instanceof Error) || error instanceof Problem || error.name === 'AbortError') return error;
  const { code = '' } = error as NodeJS.ErrnoException;
  const sentence = UNREACHABLE[code];
  if (sentence === undefined) return broken();
  return new Problem('unavailable', `${sentence} ${endpointName(endpoint)} (${code}).`, {
    reason: 'unreachable',
  });
}

function broken(): Problem {
  return new Problem(
    'unavailable',
    'The connection to the daemon broke before its answer had come: whether the request was carried out is not known.',
    { reason: 'interrupted' },
  );
}
