// An HTTP exchange with the daemon: the bearer token goes along and is renewed when it is refused, and whatever
// is not a success is thrown as the problem that it is. Knows nothing of what is asked.
import { checkSocketOwner, type Endpoint } from './endpoint.js';
import { answeredProblem } from './problem-answer.js';
import { type Answer, type Call, createTransport, requestTarget } from './transport.js';

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
  /** Longest silence of the daemon, in milliseconds; a minute when left out. */
  silenceMs?: number;
}

export interface Exchanger {
  /**
   * Sends `call` and answers any 2xx or 304.
   * @throws Problem as the daemon said it, or as the connection failed (see `Transport.send`)
   */
  send(call: Call): Promise<Answer>;
  /** Ends kept connections. */
  close(): void;
}

const SILENCE_MS = 60_000;

export function createExchanger(options: ExchangeOptions): Exchanger {
  const { endpoint, token, observe, silenceMs = SILENCE_MS } = options;
  const transport = createTransport(endpoint, silenceMs);

  async function sendOnce(call: Call, bearer: string | undefined): Promise<Answer> {
    const started = performance.now();
    const answer = await transport.send(call, {
      accept: 'application/json',
      ...options.headers,
      ...call.headers,
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    });
    const ms = Math.round(performance.now() - started);
    observe?.({ method: call.method, path: requestTarget(call), status: answer.status, ms });
    return answer;
  }

  /** Once more with a renewed token, where there is one and the body can be had again. */
  async function sendAgain(call: Call, refused: Answer, bearer: string): Promise<Answer> {
    const repeatable = typeof call.body !== 'object' || call.body instanceof Uint8Array;
    const renewed = repeatable ? await token?.(bearer) : undefined;
    if (renewed === undefined || renewed === bearer) return refused;
    refused.body.resume();
    return sendOnce(call, renewed);
  }

  return {
    async send(call) {
      if (endpoint.kind === 'socket') checkSocketOwner(endpoint.path);
      const bearer = call.anonymous ? undefined : await token?.();
      const first = await sendOnce(call, bearer);
      const refused = first.status === 401 && bearer !== undefined;
      const answer = refused ? await sendAgain(call, first, bearer) : first;
      const success = answer.status < 300 || answer.status === 304;
      if (!success) throw await answeredProblem(answer);
      return answer;
    },
    close: transport.close,
  };
}

/** A path segment that no URL parser folds away or splits. */
export function segment(text: string): string {
  return encodeURIComponent(text).replace(/^\.{1,2}$/, dots => '%2E'.repeat(dots.length));
}
