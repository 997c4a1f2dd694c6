// Load over HTTP from a process of its own, so that what is measured is the server and not who asks.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { quantile } from './numbers.js';

/** Connections at once, as every figure has it that does not say otherwise. */
export const CONNECTIONS = 16;

/** Requests that one connection goes round in. */
const ROUND = 200;

/**
 * @typedef {object} Site a server under load
 * @property {string} url
 * @property {string[]} tokens bearer tokens, shared out among the connections
 * @property {string[]} ids records that exist
 */

/**
 * What is asked, request by request: `n` counts within a connection's round, `id` is a record that no other
 * connection changes, `run` differs from run to run.
 * @type {Record<string, (id: string, n: number, run: number) => { method: string, path: string, body?: object }>}
 */
export const REQUESTS = {
  get: id => ({ method: 'GET', path: `/v1/records/articles/${id}` }),
  // Each time another value than the last time round: a patch that alters nothing is no change.
  patch: (id, n, run) => ({
    method: 'PATCH',
    path: `/v1/records/articles/${id}`,
    body: { words: run * 1_000 + n },
  }),
  post: (_id, n, run) => ({
    method: 'POST',
    path: '/v1/records/articles',
    body: { title: `Article ${run}.${n}`, author: 'Grace Hopper', state: 'draft', words: n },
  }),
  list: (_id, n) => ({
    method: 'GET',
    path: `/v1/records/articles?limit=50&order=${n % 2 ? 'asc' : 'desc'}`,
  }),
};

/** The requests of each connection. */
function connectionsOf(site, kind, run) {
  return Array.from({ length: CONNECTIONS }, (_, connection) => {
    const own = site.ids.filter((_id, index) => index % CONNECTIONS === connection);
    const token = site.tokens[connection % site.tokens.length];
    const requests = Array.from({ length: ROUND }, (_request, n) => {
      const { method, path, body } = REQUESTS[kind](own[n % own.length], n, run);
      return {
        method,
        path,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      };
    });
    return { requests };
  });
}

/** Starts the process. */
export async function startLoad() {
  const child = fork(new URL('./load-process.js', import.meta.url));
  await once(child, 'message');
  let runs = 0;
  return {
    /**
     * Sends `amount` requests of a kind, all of which must be answered well.
     * @param {Site} site
     * @param {keyof typeof REQUESTS} kind
     * @param {{ amount: number, rate?: number }} options `rate`: requests a second over all connections
     * @returns {Promise<{ rate: number, requests: number, seconds: number, p50: number, p99: number }>} latencies in milliseconds
     */
    async run(site, kind, { amount, rate }) {
      runs += 1;
      child.send({ url: site.url, connections: connectionsOf(site, kind, runs), amount, rate });
      const [{ outcome, error }] = await once(child, 'message');
      if (error !== undefined) throw new Error(error);
      const { ok, failed, seconds, latencies } = outcome;
      if (failed > 0 || ok !== amount) {
        throw new Error(
          `${kind} of ${site.url}: ${ok} of ${amount} requests were answered, ${failed} failed.`,
        );
      }
      return {
        rate: ok / seconds,
        requests: ok,
        seconds,
        p50: quantile(latencies, 0.5),
        p99: quantile(latencies, 0.99),
      };
    },
    async stop() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}
