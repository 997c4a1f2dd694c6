// No secret is shown or logged, whatever way it comes: a password on stdin, tokens in the environment, in answers and
// in the session file, a secret field of a record. Everything that commands print with --verbose, that the daemon logs
// at its most talkative, and that the log of events holds is searched for them.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const program = fileURLToPath(new URL('../../bin/whodid.js', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'whodid-secrets-'));
const data = join(root, 'data');
const config = join(root, 'config');
const schema = join(root, 'vaults.schema.json');
const secrets = new Map([
  ['password', 'Planted-first-password'],
  ['new password', 'Planted-second-password'],
  ['wrong password', 'Planted-wrong-password'],
  ['token that is none', 'whodid_planted_token-that-is-none'],
  ['field', 'planted secret field'],
]);
const secret = (name: string) => secrets.get(name) ?? '';
/** What was printed, by the command that did. */
const printed: [command: string, text: string][] = [];

interface Ran {
  exit: number | null;
  out: string;
  err: string;
}
async function whodid(args: string[], stdin = '', more: Record<string, string> = {}): Promise<Ran> {
  const env = {
    PATH: process.env.PATH,
    HOME: root,
    WHODID_HOME: data,
    XDG_CONFIG_HOME: config,
    WHODID_LISTEN: '127.0.0.1:0',
    WHODID_LOG_LEVEL: 'debug',
    // A token that is about to expire is renewed by every command: the refresh token travels too.
    WHODID_SESSIONS_ACCESS_TTL_SECONDS: '20',
    ...more,
  };
  const ran = await new Promise<Ran>(resolve => {
    const child = execFile(process.execPath, [program, '--verbose', ...args], { env }, (_error, out, err) =>
      resolve({ exit: child.exitCode, out, err }),
    );
    child.stdin?.end(stdin);
  });
  printed.push([`${args.join(' ')} (stderr)`, ran.err]);
  if (!args.includes('token')) printed.push([`${args.join(' ')} (stdout)`, ran.out]);
  keepSession();
  return ran;
}

/** The tokens of the session, which answers bring and requests carry. */
function keepSession(): void {
  const directory = join(config, 'whodid');
  const names = (() => {
    try {
      return readdirSync(directory);
    } catch {
      return [];
    }
  })();
  for (const name of names.filter(name => name.startsWith('sessions') && name.endsWith('.json'))) {
    const text = readFileSync(join(directory, name), 'utf8');
    for (const [, kind = '', token = ''] of text.matchAll(/"(accessToken|refreshToken)":\s*"([^"]+)"/g)) {
      secrets.set(`${kind} ${secrets.size}`, token);
    }
  }
}

async function done(args: string[], stdin = '', more: Record<string, string> = {}): Promise<string> {
  const { exit, out, err } = await whodid(args, stdin, more);
  assert.is(exit, 0, `${args.join(' ')}: ${err}`);
  return out;
}

test.before(() => {
  const vault = {
    type: 'object',
    properties: { label: { type: 'string' }, code: { type: 'string', 'x-whodid': { secret: true } } },
  };
  writeFileSync(schema, JSON.stringify(vault));
});
test.after(async () => {
  await whodid(['daemon', 'stop']);
  rmSync(root, { recursive: true });
});

test('a life in which every kind of secret is used', async () => {
  const ada = ['--email', 'ada@example.com', '--password-stdin'];
  await done(['init', '--name', 'Ada', ...ada], secret('password'));
  await done(['daemon', 'start']);
  await done(['login', ...ada], secret('password'));
  assert.is((await whodid(['login', ...ada], secret('wrong password'))).exit, 4);
  await done(['whoami']);
  await done(['passwd', '--password-stdin'], `${secret('password')}\n${secret('new password')}\n`);
  const wrong = `${secret('wrong password')}\n${secret('password')}\n`;
  assert.is.not((await whodid(['passwd', '--password-stdin'], wrong)).exit, 0);
  const create = ['tokens', 'create', '--name', 'ci', '--role', 'admin', '--expires', '1d'];
  const token = (await done([...create, '--fields', 'token'])).trim();
  assert.match(token, /^whodid_/);
  secrets.set('API token', token);
  await done(['list', 'users'], '', { WHODID_TOKEN: token });
  assert.is((await whodid(['tokens', 'list'], '', { WHODID_TOKEN: token })).exit, 5);
  assert.is((await whodid(['whoami'], '', { WHODID_TOKEN: secret('token that is none') })).exit, 4);
  const unreachable = { WHODID_TOKEN: token, WHODID_URL: 'http://127.0.0.1:1' };
  assert.is((await whodid(['whoami'], '', unreachable)).exit, 69);
  await done(['types', 'define', 'vaults', '--schema', schema]);
  const fields = JSON.stringify({ label: 'home', code: secret('field') });
  await done(['create', 'vaults', '-', '--fields', 'id'], fields);
  await done(['get', 'vaults', '1', '--json']);
  await done(['update', 'vaults', '1', '-', '--fields', 'id'], JSON.stringify({ code: 'another' }));
  await done(['audit', 'events', '--all', '--json']);
  await done(['audit', 'export']);
  await done(['config', '--json']);
  await done(['daemon', 'logs', '--lines', '1000']);
  await done(['doctor', '--json']);
  await done(['logout']);
  const refreshed = printed.filter(([, text]) => text.includes('/v1/sessions/refresh'));
  assert.ok(refreshed.length > 0, 'no token was renewed');
  assert.ok(
    [...secrets.keys()].some(name => name.startsWith('refreshToken')),
    'no session was found',
  );
});

test('requests are shown, and in nothing that was printed or logged is a secret', () => {
  assert.ok(printed.some(([, text]) => /^POST \/v1\/sessions → 201 in \d+ ms$/m.test(text)));
  assert.ok(printed.some(([, text]) => /^POST \/v1\/tokens → 201 in \d+ ms$/m.test(text)));
  const logs = readdirSync(join(data, 'logs')).map((name): [string, string] => [
    `logs/${name}`,
    readFileSync(join(data, 'logs', name), 'utf8'),
  ]);
  assert.ok(
    logs.some(([, text]) => text.includes('Ready.')),
    'the daemon logged nothing',
  );
  for (const [where, text] of [...printed, ...logs]) {
    for (const [name, value] of secrets) {
      // A record is shown to whoever may see it, with what is secret to the log.
      if (name === 'field' && where.startsWith('get vaults')) continue;
      assert.not.ok(text.includes(value), `${where} shows the ${name}`);
    }
  }
});

test.run();
