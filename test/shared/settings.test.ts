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
      retentionRules: [],
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

const RULES = [
  { after: '90d', actions: ['viewed'], fields: ['context', 'names', 'metadata.a'] },
  { after: '1d', types: ['orders'] },
];
const RULES_TOML = `[[audit.retentionRules]]
after = "90d"
actions = ["viewed"]
fields = ["context", "names", "metadata.a"]
[[audit.retentionRules]]
after = "1d"
types = ["orders"]
`;

test('rules come from tables of the file, or as JSON from the environment', () => {
  const env = { WHODID_AUDIT_RETENTION_RULES: JSON.stringify(RULES) };
  for (const { settings } of [load({ env }), load({ tomlText: RULES_TOML })])
    assert.equal(settings.audit.retentionRules, RULES);
});

const badRules: [title: string, rules: unknown, message: RegExp][] = [
  ['no list', {}, /^WHODID_AUDIT_RETENTION_RULES must be a list of rules, as .*, and is \{\}\.$/],
  [
    'a rule that is none',
    [7],
    /_RULES, rule 1: it must have the keys after, types, actions, fields, and is 7\.$/,
  ],
  [
    'an age that is none',
    [RULES[0], { after: '0d', types: ['a'] }],
    /, rule 2: after must be .*, and is "0d"\.$/,
  ],
  ['no age', [{ types: ['a'] }], /after must be a number of days/],
  [
    'a key that there is not',
    [{ after: '1d', type: 'a' }],
    /: type is not a key of a rule\. Known are after,/,
  ],
  ['neither types nor actions', [{ after: '1d' }], /types or actions must say of which events it is\.$/],
  ['an empty list', [{ after: '1d', types: [] }], /types must be a list of 1 to 100 words, and is \[\]\.$/],
  ['a word for a list', [{ after: '1d', types: 'a' }], /types must be a list/],
  ['a type that is none', [{ after: '1d', types: ['a:b'] }], /: "a:b" in types is not the name of a type\.$/],
  ['a number for a word', [{ after: '1d', types: [1] }], /: 1 in types is no word\.$/],
  ['an action that is none', [{ after: '1d', actions: ['read'] }], /: "read" in actions is none of viewed, /],
  [
    'a field that nobody has',
    [{ after: '1d', types: ['a'], fields: ['context.mood'] }],
    /: "context\.mood" in fields is nothing that can be erased: /,
  ],
  [
    'a pointer to what has to stay',
    [{ after: '1d', types: ['a'], fields: ['/actorId'] }],
    /: "\/actorId" in fields is nothing that can be erased: /,
  ],
  ['too many', Array.from({ length: 51 }, () => RULES[1]), /has 51 rules\. There can be 50\.$/],
];
for (const [title, rules, message] of badRules) {
  test(`rules are refused by name: ${title}`, () => {
    const env = { WHODID_AUDIT_RETENTION_RULES: JSON.stringify(rules) };
    assert.throws(
      () => load({ env }),
      (error: unknown) => error instanceof Problem && message.test(error.message),
    );
  });
}

test('rules in the environment that are no JSON, and tables that are none, are refused', () => {
  assert.throws(() => load({ env: { WHODID_AUDIT_RETENTION_RULES: '90d' } }), /and is "90d"\.$/);
  assert.throws(
    () => load({ tomlText: '[audit.retentionRules]\nafter = "1d"' }),
    /config\.toml: audit\.retentionRules must be a list of rules/,
  );
});

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
