// A daemon under load, on a data directory of its own with people and articles in it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { keepNewFilesPrivate } from '#src/daemon/home.js';
import { initialize } from '#src/daemon/init.js';
import { dataPaths } from '#src/shared/paths.js';
import { ARTICLE_TYPE, ARTICLES, AUTHORS } from './articles.js';
import { startServer } from './server.js';

const ADMIN = { name: 'Admin', email: 'admin@example.com', password: 'correct horse' };

/** How often a daemon is asked whether its log has caught up, in milliseconds. */
const LOOK_MS = 5;

/** Makes a data directory; the caller removes it. */
export async function makeHome() {
  const parent = mkdtempSync(join(tmpdir(), 'whodid-bench-'));
  const home = join(parent, 'home');
  keepNewFilesPrivate();
  await initialize(dataPaths({ WHODID_HOME: home }), ADMIN, Date.now);
  return { home, remove: () => rmSync(parent, { recursive: true, force: true }) };
}

/** A client of the daemon at `url` that must not fail. */
export function ask(url, token) {
  return async (method, path, body) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
}

/** An access token. */
export async function login(url, { email, password } = ADMIN) {
  return (await ask(url)('POST', '/v1/sessions', { email, password })).accessToken;
}

/** What somebody logs in with. */
const author = name => ({
  email: `${name.toLowerCase()}@example.com`,
  password: `${name}'s password`,
});

async function makeRecords(api) {
  await api('POST', '/v1/types', ARTICLE_TYPE);
  for (const name of AUTHORS) {
    const { email, password } = author(name);
    const { id } = await api('POST', '/v1/records/users', { name, email, role: 'editor' });
    await api('PUT', `/v1/users/${id}/password`, { password });
  }
  for (let from = 0; from < ARTICLES.length; from += 60) {
    const some = ARTICLES.slice(from, from + 60);
    await Promise.all(some.map(article => api('POST', '/v1/records/articles', article)));
  }
}

/**
 * Starts the daemon on `home`.
 * @param {{ home: string, recording?: 'silent' | 'durable' | 'relaxed', execArgv?: string[], start?: () => Promise<import('./server.js').Server> }} options
 */
export async function startDaemonSite({
  home,
  recording = 'durable',
  execArgv = [],
  start = () => startServer('harness/daemon-server.js', [home, recording], { execArgv }),
}) {
  const server = await start();
  const { url, startedInMs } = server.facts;
  const token = await login(url);
  const api = ask(url, token);

  const site = {
    url,
    pid: server.pid,
    startedInMs,
    token,
    api,
    tokens: [],
    ids: [],

    /** Signs the people in, who are made with their articles if another question has not had them made. */
    async furnish() {
      const { data: types } = await api('GET', '/v1/types');
      if (!types.some(({ name }) => name === ARTICLE_TYPE.name)) await makeRecords(api);
      for (const name of AUTHORS) site.tokens.push(await login(url, author(name)));
      const { data: articles } = await api('GET', `/v1/records/articles?limit=${ARTICLES.length}`);
      site.ids.push(...articles.map(({ id }) => id));
    },

    /** Waits until everything committed is in the log. @returns how many events that are */
    async settled() {
      for (;;) {
        const { storedSeq, backlog } = await api('GET', '/v1/status');
        if (backlog === 0) return storedSeq;
        await delay(LOOK_MS);
      }
    },
    usage: () => server.usage(),
    stop: () => server.stop(),
  };
  return site;
}
