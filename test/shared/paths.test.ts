import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { clientPaths, dataPaths, MAX_SOCKET_PATH_BYTES, socketPath } from '#src/shared/paths.js';

test('the data directory is WHODID_HOME, then XDG_DATA_HOME, then the home directory', () => {
  const env = { HOME: '/home/ada', XDG_DATA_HOME: '/xdg', WHODID_HOME: '/srv/whodid' };
  assert.is(dataPaths(env).dir, '/srv/whodid');
  assert.is(dataPaths({ ...env, WHODID_HOME: '' }).dir, '/xdg/whodid');
  assert.is(dataPaths({ HOME: '/home/ada' }).dir, '/home/ada/.local/share/whodid');
});

test('a relative XDG directory counts as unset', () => {
  assert.is(clientPaths({ HOME: '/home/ada', XDG_CONFIG_HOME: 'rel' }).dir, '/home/ada/.config/whodid');
  assert.is(clientPaths({ XDG_CONFIG_HOME: '/xdg' }).sessions, '/xdg/whodid/sessions.json');
});

test('the socket lies in the data directory while its path fits', () => {
  const fits = `/${'d'.repeat(MAX_SOCKET_PATH_BYTES - '/whodid.sock'.length - 1)}`;
  assert.is(socketPath(fits), `${fits}/whodid.sock`);
});

test('a data directory with a long path gets a short socket of its own', () => {
  // Bytes count, not characters: this one has fewer than 107 characters.
  const long = `/${'é'.repeat(60)}`;
  const socket = socketPath(long);
  assert.match(socket, /^\/tmp\/whodid-\d+\/[0-9a-f]{16}\.sock$/);
  assert.is(socketPath(long), socket);
  assert.is.not(socketPath(`${long}x`), socket);
});

test.run();
