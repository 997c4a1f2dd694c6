// A whole daemon in this process, on a fresh data directory of its own and a free port.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Daemon, type DaemonOptions, startDaemon } from '#src/daemon/daemon.js';
import { keepNewFilesPrivate } from '#src/daemon/home.js';
import { initialize } from '#src/daemon/init.js';
import type { DataEvent } from '#src/shared/data-event.js';
import { dataPaths } from '#src/shared/paths.js';
import { loadSettings } from '#src/shared/settings.js';

export const ADMIN = { name: 'Ada', email: 'ada@example.com', password: 'correct horse' };

export interface Answer {
  status: number;
  headers: Headers;
  // Tests look into answers of every shape.
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the test is about
  body: any;
}

export interface AskOptions {
  token?: string;
  body?: unknown;
  /** Sent as it is. */
  raw?: string | Uint8Array;
  headers?: Record<string, string>;
}

export interface TemporaryDaemon {
  url: string;
  home: string;
  daemon: Daemon;
  logged: string[];
  ask(method: string, path: string, options?: AskOptions): Promise<Answer>;
  /** Logs in and gives the access token. */
  login(email?: string, password?: string): Promise<string>;
  /** Makes a user with a password and logs them in. */
  person(name: string, role: string): Promise<{ id: string; token: string; email: string; password: string }>;
  /** The events that a query finds, asked as the administrator, newest first. */
  events(query: string): Promise<DataEvent[]>;
  restart(): Promise<void>;
  /** After `daemon.stop()`. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export async function temporaryDaemon(
  env: Record<string, string> = {},
  clock: { now(): number; monotonic(): number } = { now: Date.now, monotonic: () => performance.now() },
  parts: Pick<DaemonOptions, 'loggerThread'> = {},
): Promise<TemporaryDaemon> {
  keepNewFilesPrivate();
  const home = join(mkdtempSync(join(tmpdir(), 'whodid-')), 'home');
  const paths = dataPaths({ WHODID_HOME: home });
  await initialize(paths, ADMIN, clock.now);
  const logged: string[] = [];
  const write = (message: string, fields?: Record<string, unknown>) => {
    logged.push(
      `${message} ${JSON.stringify(fields, (_, value) => (value instanceof Error ? value.stack : value))}`,
    );
  };
  const log = { debug: write, info: write, warn: write, error: write };
  const start = () => {
    const { settings, effective } = loadSettings({
      env: { WHODID_LISTEN: '127.0.0.1:0', WHODID_AUDIT_BALLAST_BYTES: '0', ...env },
      tomlText: undefined,
      tomlFile: paths.config,
    });
    return startDaemon({ paths, settings, effective, log, ...clock, ...parts });
  };

  // uvu passes over what a `before` throws, so it is said here.
  let daemon = await start().catch((error: unknown) => {
    console.error(error);
    throw error;
  });
  let adminToken: string | undefined;

  const me: TemporaryDaemon = {
    get url() {
      return daemon.url!;
    },
    home,
    get daemon() {
      return daemon;
    },
    logged,
    async ask(method, path, { token, body, raw, headers = {} } = {}) {
      const response = await fetch(`${daemon.url}${path}`, {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined && raw === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(raw === undefined ? (body === undefined ? {} : { body: JSON.stringify(body) }) : { body: raw }),
      });
      const text = await response.text();
      const json = /\bjson\b/.test(response.headers.get('content-type') ?? '') && text !== '';
      return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
    },
    async login(email = ADMIN.email, password = ADMIN.password) {
      const { status, body } = await me.ask('POST', '/v1/sessions', { body: { email, password } });
      if (status !== 201) throw new Error(`login failed: ${status} ${JSON.stringify(body)}`);
      return body.accessToken;
    },
    async person(name, role) {
      adminToken ??= await me.login();
      const email = `${name.toLowerCase()}@example.com`;
      const password = `${name}-password`;
      const user = { name, email, role };
      const { status, body } = await me.ask('POST', '/v1/records/users', { token: adminToken, body: user });
      if (status !== 201) throw new Error(`no user: ${status} ${JSON.stringify(body)}`);
      await me.ask('PUT', `/v1/users/${body.id}/password`, { token: adminToken, body: { password } });
      return { id: body.id, token: await me.login(email, password), email, password };
    },
    async events(query) {
      adminToken ??= await me.login();
      const { status, body } = await me.ask(
        'GET',
        `/v1/audit/events?${query.includes('limit=') ? '' : 'limit=1000&'}${query}`,
        {
          token: adminToken,
        },
      );
      if (status !== 200) throw new Error(`no events: ${status} ${JSON.stringify(body)}`);
      return body.data;
    },
    async restart() {
      await daemon.stop();
      await me.start();
    },
    async start() {
      daemon = await start();
      adminToken = undefined;
    },
    async stop() {
      await daemon.stop();
      rmSync(join(home, '..'), { recursive: true, force: true });
    },
  };
  return me;
}
