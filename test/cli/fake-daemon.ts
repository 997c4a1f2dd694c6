// A stand-in for the daemon: answers what a test tells it to, and keeps what it was asked.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Client, createClient } from '#src/shared/client.js';
import { urlEndpoint } from '#src/shared/endpoint.js';
import type { TokenSource } from '#src/shared/exchange.js';

export interface Asked {
  method: string;
  /** Path without the query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  /** A value becomes JSON; text goes out as it is. */
  body?: unknown;
}

export type Handler = (
  asked: Asked,
  response: ServerResponse,
) => Reply | Promise<Reply | undefined> | undefined;

export interface FakeDaemon {
  url: string;
  asked: Asked[];
  client(token?: TokenSource): Client;
  close(): Promise<void>;
}

/** Starts it on a free port. A handler that answers `undefined` writes the response itself. */
export async function fakeDaemon(handler: Handler): Promise<FakeDaemon> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '', 'http://daemon');
    const question: Asked = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    asked.push(question);
    const reply = await handler(question, response);
    if (reply === undefined) return;
    const { status = 200, headers = {}, body } = reply;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clients: Client[] = [];
  return {
    url,
    asked,
    client(token) {
      const client = createClient({ endpoint: urlEndpoint(url), ...(token === undefined ? {} : { token }) });
      clients.push(client);
      return client;
    },
    async close() {
      for (const client of clients) client.close();
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

/** A problem as the daemon sends it. */
export function problemReply(status: number, code: string, detail: string, headers = {}): Reply {
  return {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: { type: `urn:whodid:problem:${code}`, title: code, status, detail, code },
  };
}
