import { chmodSync, cpSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { allowWriting } from '#src/daemon/data/guard.js';
import { examine } from '#src/daemon/doctor/doctor.js';
import { initialize } from '#src/daemon/init.js';
import { acquireLock } from '#src/daemon/lock.js';
import { daemonNoteFile } from '#src/shared/daemon-process.js';
import { dataPaths } from '#src/shared/paths.js';
import { everythingIn, temporaryDirectory } from './temporary-directory.js';

// As the daemon's programs do: what they make is private.
process.umask(0o077);

const healthy = dataPaths({ WHODID_HOME: join(temporaryDirectory(), 'home') });
const ADA = { name: 'Ada', email: 'ada@example.com', password: 'correct horse' };

test.before(async () => {
  await initialize(healthy, ADA, Date.now);
});

/** A copy of a healthy data directory, to be harmed. */
function patient() {
  const paths = dataPaths({ WHODID_HOME: join(temporaryDirectory(), 'home') });
  cpSync(healthy.dir, paths.dir, { recursive: true });
  return { paths, examined: () => examine({ paths, env: {}, clock: Date.now }) };
}

test('there is nothing wrong with a new data directory', async () => {
  const checks = await patient().examined();
  assert.ok(checks.length >= 10);
  assert.equal(
    checks.filter(({ status }) => status !== 'ok'),
    [],
  );
});

test('a broken config.toml is blamed on no other check', async () => {
  const { paths, examined } = patient();
  writeFileSync(paths.config, '= =');
  const failed = (await examined()).filter(({ status }) => status === 'fail');
  assert.equal(
    failed.map(({ name }) => name),
    ['settings'],
  );
});

type World = ReturnType<typeof patient>;

const ailments: [
  title: string,
  harm: (world: World) => unknown,
  check: string,
  status: string,
  words: RegExp,
][] = [
  [
    'a directory that others can read',
    ({ paths }) => chmodSync(paths.dir, 0o755),
    'directory',
    'fail',
    /chmod 700 /,
  ],
  [
    'a misspelt setting',
    ({ paths }) => writeFileSync(paths.config, 'lisen = false'),
    'settings',
    'fail',
    /lisen is not a setting/,
  ],
  [
    'a disk that is too full',
    ({ paths }) => writeFileSync(paths.config, '[audit]\nminFreeBytes = 9000000000000000'),
    'disk',
    'fail',
    /Make room/,
  ],
  [
    'missing keys',
    ({ paths }) => rmSync(join(paths.keys, 'tokens'), { recursive: true }),
    'keys',
    'fail',
    /missing.*backup/,
  ],
  [
    'a daemon that was killed',
    ({ paths }) => writeFileSync(daemonNoteFile(paths.dir), '{"pid":4000000,"startedAt":1}', { mode: 0o600 }),
    'daemon',
    'warn',
    /4000000.*whodid daemon start/,
  ],
  [
    'a daemon that does not answer',
    ({ paths }) => acquireLock(paths.lockDb),
    'daemon',
    'fail',
    /does not answer/,
  ],
  [
    'a damaged database',
    ({ paths }) => {
      const bytes = readFileSync(paths.auditDb);
      bytes.fill(0xa5, 4_096, 8_192);
      writeFileSync(paths.auditDb, bytes);
    },
    'audit.db',
    'fail',
    /damaged|malformed/,
  ],
  ['a database that is gone', ({ paths }) => rmSync(paths.auditDb), 'audit.db', 'fail', /./],
  [
    'a database of a newer version',
    ({ paths }) =>
      change(paths.dataDb, "INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('x', 9e15)"),
    'data.db',
    'fail',
    /newer version/,
  ],
  [
    'a database of an older version',
    ({ paths }) => change(paths.dataDb, 'UPDATE __drizzle_migrations SET created_at = 1'),
    'data.db',
    'warn',
    /older version/,
  ],
  [
    'a log of another life',
    ({ paths }) =>
      change(
        paths.auditDb,
        "INSERT INTO head (id, size, recorded_at, cursor) VALUES (1, 5, 1, '00000000-0000-4000-8000-000000000000/1/5')",
      ),
    'outbox',
    'fail',
    /different lives/,
  ],
  [
    'a record that was written around the data layer',
    ({ paths }) => {
      const db = new Database(paths.dataDb);
      allowWriting(db);
      db.exec("UPDATE records SET body = json_set(body, '$.email', 'eve@example.com')");
      db.close();
    },
    'records',
    'fail',
    /users 1 \(email\).*around the daemon/,
  ],
  [
    'a table that is not guarded',
    ({ paths }) => change(paths.dataDb, 'DROP TRIGGER tokens_guarded_insert'),
    'records',
    'warn',
    /tokens is open to writers/,
  ],
  [
    'a clock that was set back',
    ({ paths }) =>
      change(paths.auditDb, 'INSERT INTO head (id, size, recorded_at) VALUES (1, 0, 8000000000000000)'),
    'clock',
    'warn',
    /Set the clock/,
  ],
];

function change(file: string, sql: string): void {
  const db = new Database(file);
  db.exec(sql);
  db.close();
}

for (const [title, harm, name, status, words] of ailments) {
  test(`${title} is found`, async () => {
    const harmed = patient();
    harm(harmed);
    const check = (await harmed.examined()).find(found => found.name === name);
    assert.is(check?.status, status);
    assert.match(`${check?.detail} ${check?.advice ?? ''}`, words);
  });
}

test('without a data directory it says where to begin, and makes nothing', async () => {
  const paths = dataPaths({ WHODID_HOME: join(temporaryDirectory(), 'home') });
  const checks = await examine({ paths, env: {}, clock: Date.now });
  assert.is(checks.at(-1)?.name, 'directory');
  assert.match(checks.at(-1)!.advice!, 'whodid init');
  assert.not(existsSync(paths.dir));
});

test('looking changes nothing', async () => {
  const { paths, examined } = patient();
  const contents = () =>
    everythingIn(paths.dir)
      .filter(path => statSync(path).isFile() && !/-(wal|shm)$/.test(path))
      .map(path => [path, readFileSync(path, 'latin1')]);
  const before = contents();
  await examined();
  assert.equal(contents(), before);
});

test.run();
