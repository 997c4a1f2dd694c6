import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Problem } from '#src/shared/problem.js';
import { environmentName, loadSettings, SETTINGS, type SettingSources } from '#src/shared/settings.js';

const FILE = '/data/config.toml';
const load = (sources: Partial<SettingSources> = {}) =>
  loadSettings({ env: {}, tomlText: undefined, tomlFile: FILE, ...sources });
const originOf = (name: string, sources: Partial<SettingSources>) =>
  load(sources).effective.find(setting => setting.name === name)?.origin;

test('without any source every setting has its default', () => {
  const { settings, effective, warnings } = load();
  assert.equal(settings, {
    listen: { host: '127.0.0.1', port: 4180 },
    allowRemote: false,
    allowedHosts: [],
    log: { level: 'info' },
    audit: {
      views: 'durable',
      backlogLimit: 1_000_000,
      minFreeBytes: 67_108_864,
      ballastBytes: 16_777_216,
      checkpointFile: '',
      checkpointUrl: '',
      checkpointSeconds: 60,
      retentionDays: null,
    },
    sessions: { accessTtlSeconds: 600, refreshIdleSeconds: 2_592_000 },
  });
  assert.equal(effective.length, SETTINGS.length);
  assert.ok(effective.every(setting => setting.origin === 'default'));
  assert.equal(warnings, []);
});

test('a flag beats the environment, which beats the file', () => {
  const tomlText = 'listen = "127.0.0.1:3"';
  const env = { WHODID_LISTEN: '127.0.0.1:2' };
  const flags = { listen: '127.0.0.1:1' };
  assert.is(load({ tomlText, env, flags }).settings.listen?.port, 1);
  assert.is(load({ tomlText, env }).settings.listen?.port, 2);
  assert.is(load({ tomlText }).settings.listen?.port, 3);
  assert.is(originOf('listen', { tomlText, env, flags }), 'flag');
  assert.is(originOf('listen', { tomlText, env }), 'WHODID_LISTEN');
  assert.is(originOf('listen', { tomlText }), FILE);
});

test('an empty environment variable counts as unset', () => {
  assert.is(originOf('listen', { env: { WHODID_LISTEN: '' } }), 'default');
});

test('every kind of value can come from the environment and from the file', () => {
  const env = {
    WHODID_LISTEN: 'false',
    WHODID_ALLOW_REMOTE: 'true',
    WHODID_ALLOWED_HOSTS: 'audit.example.com, audit',
    WHODID_LOG_LEVEL: 'debug',
    WHODID_AUDIT_BACKLOG_LIMIT: '5',
    WHODID_AUDIT_CHECKPOINT_FILE: '/c',
    WHODID_AUDIT_CHECKPOINT_URL: 'https://w/',
  };
  const tomlText =
    'listen = false\nallowRemote = true\nallowedHosts = ["audit.example.com", "audit"]\n' +
    '[log]\nlevel = "debug"\n[audit]\nbacklogLimit = 5\ncheckpointFile = "/c"\ncheckpointUrl = "https://w/"\n';
  for (const { settings } of [load({ env }), load({ tomlText })]) {
    assert.is(settings.listen, null);
    assert.is(settings.allowRemote, true);
    assert.equal(settings.allowedHosts, ['audit.example.com', 'audit']);
    assert.is(settings.log.level, 'debug');
    assert.is(settings.audit.backlogLimit, 5);
    assert.equal([settings.audit.checkpointFile, settings.audit.checkpointUrl], ['/c', 'https://w/']);
  }
});

const refused: [title: string, sources: Partial<SettingSources>, message: RegExp][] = [
  ['an unknown key', { tomlText: 'lisen = false' }, /^\/data\/config\.toml: lisen is not a setting.*listen/],
  [
    'an unknown key of a table',
    { tomlText: '[audit]\nview = "durable"' },
    /config\.toml: audit\.view is not/,
  ],
  [
    'a table where a value belongs',
    { tomlText: '[listen]\nport = 1' },
    /config\.toml: listen must be HOST:PORT/,
  ],
  [
    'a value where a table belongs',
    { tomlText: 'audit = "relaxed"' },
    /config\.toml: audit is not a setting/,
  ],
  [
    'text for a number',
    { tomlText: '[audit]\nbacklogLimit = "5"' },
    /audit\.backlogLimit must be a whole number/,
  ],
  ['a number out of range', { tomlText: '[sessions]\naccessTtlSeconds = 601' }, /from 1 to 600, and is 601/],
  [
    'a word that is no choice',
    { env: { WHODID_AUDIT_VIEWS: 'lazy' } },
    /^WHODID_AUDIT_VIEWS must be durable or/,
  ],
  ['a relative path', { env: { WHODID_AUDIT_CHECKPOINT_FILE: 'a.txt' } }, /must be an absolute path/],
  [
    'a witness that is no web address',
    { env: { WHODID_AUDIT_CHECKPOINT_URL: 'file:///a' } },
    /must be an address of http/,
  ],
  [
    'a password in an address',
    { env: { WHODID_AUDIT_CHECKPOINT_URL: 'http://a:b@c' } },
    /without a password/,
  ],
  ['an address without port', { flags: { listen: '127.0.0.1' } }, /^--listen must be HOST:PORT/],
  ['a host name to listen on', { flags: { listen: 'example.com:80' } }, /^--listen must be HOST:PORT/],
  ['a port past 65535', { flags: { listen: '127.0.0.1:65536' } }, /^--listen must be HOST:PORT/],
  [
    'a bad value that a flag overrides',
    { tomlText: 'listen = 1', flags: { listen: '[::1]:1' } },
    /listen must be/,
  ],
  ['a file that is not TOML', { tomlText: 'listen = ' }, /config\.toml is not TOML: line 1, column \d+: /],
];

for (const [title, sources, message] of refused) {
  test(`${title} is refused by name`, () => {
    assert.throws(
      () => load(sources),
      (error: unknown) =>
        error instanceof Problem && error.code === 'bad_request' && message.test(error.message),
    );
  });
}

test('an address that other machines reach needs --allow-remote and then a warning', () => {
  for (const listen of ['0.0.0.0:4180', '[::]:4180', '192.168.1.7:4180']) {
    assert.throws(() => load({ flags: { listen } }), /--allow-remote/);
    assert.match(load({ flags: { listen, allowRemote: true } }).warnings.join(), /TLS/);
  }
  for (const listen of ['localhost:0', '127.3.2.1:0', '[::1]:0']) {
    assert.equal(load({ flags: { listen } }).warnings, []);
  }
});

test('environment variables are named after the settings', () => {
  assert.is(environmentName('audit.minFreeBytes'), 'WHODID_AUDIT_MIN_FREE_BYTES');
  assert.is(environmentName('allowRemote'), 'WHODID_ALLOW_REMOTE');
});

test.run();
