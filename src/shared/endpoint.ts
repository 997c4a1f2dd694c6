// Where a daemon is reached: its Unix socket, or an address that somebody named.
import { lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import { Problem } from './problem.js';

export type Endpoint = { kind: 'socket'; path: string } | { kind: 'url'; url: URL };

/**
 * The endpoint of an `http:` or `https:` address.
 * @throws Problem `bad_request` for anything else.
 */
export function urlEndpoint(text: string): Endpoint {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new Problem('bad_request', 'The URL of the daemon must look like http://127.0.0.1:4180.');
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new Problem(
      'bad_request',
      'The URL of the daemon is an address alone: without a name, password, query or fragment.',
    );
  }
  return { kind: 'url', url };
}

/** One text for an endpoint: the key under which a client remembers what it knows of it. */
export function endpointName(endpoint: Endpoint): string {
  return endpoint.kind === 'socket' ? `unix:${endpoint.path}` : endpoint.url.href.replace(/\/+$/, '');
}

/**
 * Makes sure that nobody else can have put a socket at `path`: the directory that holds it is our own and
 * nobody else may write to it. A missing directory is fine: then there is no socket either.
 * @throws Problem `unavailable` when it is somebody else's.
 */
export function checkSocketOwner(path: string): void {
  const directory = dirname(path);
  const stat = lstatSync(directory, { throwIfNoEntry: false });
  const uid = process.getuid?.();
  if (stat === undefined || uid === undefined) return;
  const foreign = stat.uid !== uid && stat.uid !== 0;
  if (foreign || !stat.isDirectory() || (stat.mode & 0o022) !== 0) {
    throw new Problem(
      'unavailable',
      `Others can write to ${directory}, so the socket in it may not be the daemon's. ` +
        'Let it be a directory of your own that nobody else may write to (chmod 700).',
      { reason: 'unsafe-socket' },
    );
  }
}
