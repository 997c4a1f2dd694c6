// Which requests come from where they should not: a web page that makes a browser talk to this machine. Pages
// are known by their Origin; those that renamed themselves to 127.0.0.1 (DNS rebinding) by their Host.
import type { IncomingMessage } from 'node:http';
import { isWildcard, type ListenAddress } from '../shared/listen-address.js';

/** Says why a request is refused, or `null` when it may pass. */
export type ForeignTest = (request: IncomingMessage) => string | null;

/** For the Unix socket, which no browser reaches: any `Origin` is refused, `Host` means nothing. */
export const foreignOnSocket: ForeignTest = request =>
  request.headers.origin === undefined
    ? null
    : 'Requests of web pages are refused: this one has an Origin header.';

/**
 * For TCP: besides, `Host` must name this machine (`localhost`, `127.0.0.1`, `[::1]` or the address listened
 * on, with the port) or one of `allowedHosts` (with any port, as a proxy has its own).
 * @param address as it was bound, so never with port 0
 */
export function foreignOnTcp(address: ListenAddress, allowedHosts: readonly string[]): ForeignTest {
  const own = new Set(
    ['localhost', '127.0.0.1', '::1', address.host].map(host => hostKey(host, address.port)),
  );
  const named = new Set(allowedHosts.map(name => name.toLowerCase()));
  /** The `Host` that passed last: most requests have the one of the request before. */
  let passed: string | undefined;
  return request => {
    const refusal = foreignOnSocket(request);
    if (refusal !== null) return refusal;
    const text = request.headers.host ?? '';
    if (text === passed) return null;
    const host = splitHost(text);
    if (host !== null) {
      if (named.has(host.name) || own.has(hostKey(host.name, host.port))) {
        passed = text;
        return null;
      }
      const local = request.socket.localAddress?.replace(/^::ffff:/, '');
      if (isWildcard(address.host) && host.name === local && host.port === address.port) return null;
    }
    return 'The Host header does not name this daemon. Use the address that `whodid daemon status` shows.';
  };
}

const hostKey = (name: string, port: number) => `${name.toLowerCase()} ${port}`;

/** `Host` (RFC 9110, 7.2) in lower case, brackets of an IPv6 address off; the port is 80 when left out. */
function splitHost(host: string): { name: string; port: number } | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::(\d{1,5}))?$/.exec(host.toLowerCase());
  if (match === null) return null;
  const [, v6, other, port] = match;
  return { name: (v6 ?? other)!, port: Number(port ?? 80) };
}
