// An address to listen on, as people write it: `127.0.0.1:4180`, `[::1]:4180`, `localhost:0`.
import { isIP } from 'node:net';

export interface ListenAddress {
  /** An IP address without brackets, or `localhost`. */
  host: string;
  /** 0 takes a free port. */
  port: number;
}

/** Reads `HOST:PORT` or `[IPV6]:PORT`; `null` when it is neither. Other names than localhost are not resolved. */
export function parseAddress(text: string): ListenAddress | null {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  if (match === null) return null;
  const [, v6, other, digits] = match;
  const port = Number(digits);
  if (port > 65_535) return null;
  if (v6 !== undefined) return isIP(v6) === 6 ? { host: v6, port } : null;
  return other === 'localhost' || isIP(other!) === 4 ? { host: other!, port } : null;
}

/** The reverse of `parseAddress`, as it stands in a URL. */
export function formatAddress({ host, port }: ListenAddress): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

/** Whether only this machine reaches the address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** Whether the address stands for every interface of the machine. */
export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}
