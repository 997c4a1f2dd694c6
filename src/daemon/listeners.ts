// Where requests come in: one handler behind the Unix socket and, unless switched off, a TCP port. Bounds what
// one peer can hold (headers, time, connections), turns strangers away, and closes without cutting anybody off.
import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { dirname } from 'node:path';
import type { Duplex } from 'node:stream';
import { formatAddress, isWildcard, type ListenAddress } from '../shared/listen-address.js';
import { MAX_SOCKET_PATH_BYTES } from '../shared/paths.js';
import { Problem, problemBody } from '../shared/problem.js';
import { type ForeignTest, foreignOnSocket, foreignOnTcp } from './foreign-request.js';

/** What a peer may take. A request has 10 s for its headers; long bodies (reports) have 5 minutes. */
const LIMITS = {
  maxHeaderSize: 16_384,
  headersTimeout: 10_000,
  requestTimeout: 300_000,
  connectionsCheckingInterval: 2_000,
  /** Longer than usual clients keep a connection, so that it is they who close and no request is lost in between. */
  keepAliveTimeout: 65_000,
};
const MAX_CONNECTIONS = 2_000;

/** Most requests that are answered at once, those of followers included. Connections can pipeline. */
export const MAX_IN_FLIGHT = 1_000;

export type ListenLimits = typeof LIMITS;

export interface ListenOptions {
  /** Answers requests, e.g. Fastify's `app.routing`. */
  handler: RequestListener;
  /** Must belong to this process alone: a socket that is there already is a dead daemon's and is removed. */
  socketPath: string;
  /** `null` for the Unix socket alone. */
  tcp: ListenAddress | null;
  /** Further names for `Host` on TCP. */
  allowedHosts?: readonly string[];
  /** What happens to requests; counted here when left out. */
  traffic?: Traffic;
  /** Where other limits than the usual ones are wanted. */
  limits?: Partial<ListenLimits>;
}

/** How many requests are being answered, and what was answered so far, by the first digit of the status. */
export interface Traffic {
  inFlight: number;
  responses: Record<'1xx' | '2xx' | '3xx' | '4xx' | '5xx', number>;
}

export const noTraffic = (): Traffic => ({
  inFlight: 0,
  responses: { '1xx': 0, '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 },
});

export interface Listeners {
  socketPath: string;
  /** Where TCP clients find the daemon, e.g. `http://127.0.0.1:4180`; `null` without TCP. */
  url: string | null;
  /**
   * Takes no more connections and no more requests (503), lets those that run finish, and cuts off what is
   * still there after `graceMs`.
   */
  close(graceMs: number): Promise<void>;
}

/**
 * Starts to listen. Hold the data directory's lock before.
 * @throws Problem `conflict` for a port in use, `bad_request` for an address or path that cannot be used,
 * `forbidden` for a socket directory that is somebody else's.
 */
export async function listen(options: ListenOptions): Promise<Listeners> {
  const { socketPath, tcp, allowedHosts = [], traffic = noTraffic() } = options;
  const closing = { now: false };
  const serving = { handler: options.handler, limits: { ...LIMITS, ...options.limits }, traffic, closing };
  prepareSocketPath(socketPath);
  const unix = serverFor(serving, () => foreignOnSocket);
  await bind(unix, { path: socketPath }, error => socketProblem(socketPath, error));
  const servers = [unix];
  let url: string | null = null;
  try {
    chmodSync(socketPath, 0o600);
    if (tcp !== null) {
      let isForeign = foreignOnTcp(tcp, allowedHosts);
      const server = serverFor(serving, () => isForeign);
      await bind(server, tcp, error => tcpProblem(tcp, error));
      servers.push(server);
      const bound = { host: tcp.host, port: (server.address() as AddressInfo).port };
      isForeign = foreignOnTcp(bound, allowedHosts);
      url = `http://${formatAddress(isWildcard(tcp.host) ? { ...bound, host: '127.0.0.1' } : bound)}`;
    }
  } catch (error) {
    await Promise.all(servers.map(server => closeServer(server, 0)));
    throw error;
  }
  return {
    socketPath,
    url,
    async close(graceMs) {
      closing.now = true;
      await Promise.all(servers.map(server => closeServer(server, graceMs)));
    },
  };
}

/** What both listeners have in common. */
interface Serving {
  handler: RequestListener;
  limits: ListenLimits;
  traffic: Traffic;
  closing: { readonly now: boolean };
}

/** A server that turns strangers away, counts what comes and goes, and refuses what is too much. */
function serverFor({ handler, limits, traffic, closing }: Serving, foreignTest: () => ForeignTest): Server {
  const server = createServer(limits, (request, response) => {
    if (closing.now) {
      refuse(response, new Problem('unavailable', 'The daemon is stopping. Try again in a moment.'));
      return;
    }
    const reason = foreignTest()(request);
    if (reason !== null) {
      refuse(response, new Problem('forbidden', reason));
      return;
    }
    traffic.inFlight += 1;
    response.on('close', answered);
    if (traffic.inFlight > MAX_IN_FLIGHT) {
      refuse(
        response,
        new Problem('unavailable', 'Too many requests are being answered. Try again in a moment.'),
      );
      return;
    }
    handler(request, response);
  });

  function answered(this: ServerResponse): void {
    traffic.inFlight -= 1;
    const kind = `${Math.floor(this.statusCode / 100)}xx` as keyof Traffic['responses'];
    traffic.responses[kind] += 1;
    // A connection that falls idle after close() has begun would keep the server open until its timeout.
    if (closing.now) setImmediate(() => server.closeIdleConnections());
  }

  server.maxConnections = MAX_CONNECTIONS;
  server.on('clientError', answerMalformed);
  return server;
}

function refuse(response: ServerResponse, problem: Problem): void {
  const body = problemBody(problem);
  response.writeHead(body.status, {
    'content-type': 'application/problem+json',
    connection: 'close',
    ...(problem.code === 'unavailable' ? { 'retry-after': '1' } : {}),
  });
  response.end(JSON.stringify(body));
}

/** Answers what could not even be read as a request, in the form of every other error. */
function answerMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable || (socket as Socket).bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const [status, title, detail] = malformed(error.code);
  const body = JSON.stringify({ ...problemBody(new Problem('bad_request', detail)), status, title });
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function malformed(code: string | undefined): [status: number, title: string, detail: string] {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return [431, 'Request Header Fields Too Large', 'The headers are longer than 16 KiB.'];
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return [408, 'Request Timeout', 'The request did not arrive in time.'];
    default:
      return [400, 'Bad Request', 'This is not an HTTP request.'];
  }
}

function bind(
  server: Server,
  where: { path: string } | ListenAddress,
  toProblem: (error: NodeJS.ErrnoException) => Error,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => reject(toProblem(error));
    server.once('error', failed);
    server.listen(where, () => {
      server.off('error', failed);
      resolve();
    });
  });
}

function closeServer(server: Server, graceMs: number): Promise<void> {
  return new Promise(resolve => {
    const cutOff = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(cutOff);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** Sees to it that the socket's directory is private and that no dead daemon's socket is in the way. */
function prepareSocketPath(socketPath: string): void {
  if (Buffer.byteLength(socketPath) > MAX_SOCKET_PATH_BYTES) {
    throw new Problem('bad_request', `The socket path ${socketPath} is too long for this system.`);
  }
  const dir = dirname(socketPath);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const stats = lstatSync(dir);
  const uid = process.getuid?.() ?? stats.uid;
  if (!stats.isDirectory() || stats.uid !== uid || (stats.mode & 0o077) !== 0) {
    throw new Problem(
      'forbidden',
      `${dir}, where the socket belongs, is not a directory of yours alone. Remove it or \`chmod 700\` it.`,
    );
  }
  const there = lstatSync(socketPath, { throwIfNoEntry: false });
  if (there === undefined) return;
  if (!there.isSocket()) {
    throw new Problem('conflict', `${socketPath} is in the way of the daemon's socket. Move it elsewhere.`);
  }
  rmSync(socketPath);
}

function socketProblem(socketPath: string, error: NodeJS.ErrnoException): Error {
  return new Problem(
    'conflict',
    `The socket ${socketPath} cannot be opened (${error.code ?? error.message}).`,
  );
}

function tcpProblem(address: ListenAddress, error: NodeJS.ErrnoException): Error {
  const where = formatAddress(address);
  const instead =
    'Choose another with --listen (127.0.0.1:0 takes a free port), or go without TCP: --no-tcp.';
  switch (error.code) {
    case 'EADDRINUSE':
      return new Problem('conflict', `${where} is in use by another program. ${instead}`);
    case 'EACCES':
      return new Problem('forbidden', `The system does not let you listen on ${where}. ${instead}`);
    case 'EADDRNOTAVAIL':
      return new Problem('bad_request', `This machine does not have the address ${where}. ${instead}`);
    default:
      return new Problem(
        'conflict',
        `Listening on ${where} failed (${error.code ?? error.message}). ${instead}`,
      );
  }
}
