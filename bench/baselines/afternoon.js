// What an ordinary developer writes in an afternoon: Fastify and better-sqlite3, access tokens like ours, WAL with
// FULL, and for each request a transaction with its audit row. With `unaudited`, the same without that row.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import Fastify from 'fastify';
import { generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { ARTICLES, AUTHORS } from '../harness/articles.js';
import { serve } from '../harness/server.js';

const audited = process.argv[2] !== 'unaudited';
const directory = mkdtempSync(join(tmpdir(), 'whodid-bench-'));
const db = new Database(join(directory, 'afternoon.db'));
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec(`
  CREATE TABLE articles (id INTEGER PRIMARY KEY, title TEXT NOT NULL, author TEXT NOT NULL, state TEXT NOT NULL, words INTEGER NOT NULL);
  CREATE TABLE audit (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
    target TEXT NOT NULL, changes TEXT, ip TEXT, user_agent TEXT
  );
  CREATE INDEX audit_by_actor ON audit (actor, at);
  CREATE INDEX audit_by_target ON audit (target, at);
`);
const find = db.prepare('SELECT * FROM articles WHERE id = ?');
const insert = db.prepare(
  'INSERT INTO articles (title, author, state, words) VALUES (@title, @author, @state, @words)',
);
const update = db.prepare(
  'UPDATE articles SET title = @title, author = @author, state = @state, words = @words WHERE id = @id',
);
const record = db.prepare(
  'INSERT INTO audit (at, actor, action, target, changes, ip, user_agent) VALUES (?, ?, ?, ?, ?, ?, ?)',
);

/** Writes the audit row of a request, in its transaction. */
function audit(request, action, id, changes) {
  if (!audited) return;
  record.run(
    Date.now(),
    `users:${request.user}`,
    action,
    `articles:${id}`,
    changes === undefined ? null : JSON.stringify(changes),
    request.ip,
    request.headers['user-agent'] ?? null,
  );
}

/** The fields of `next` that are other ones than in `prev`. */
function differences(prev, next) {
  const changes = {};
  for (const field of Object.keys(next)) {
    if (prev[field] !== next[field]) changes[field] = { prev: prev[field] ?? null, next: next[field] };
  }
  return changes;
}

const view = db.transaction(request => {
  const article = find.get(request.params.id);
  if (article !== undefined) audit(request, 'viewed', article.id);
  return article;
});
const change = db.transaction(request => {
  const before = find.get(request.params.id);
  if (before === undefined) return undefined;
  const after = { ...before, ...request.body };
  update.run(after);
  audit(request, 'changed', after.id, differences(before, after));
  return after;
});
const create = db.transaction(request => {
  const { lastInsertRowid } = insert.run(request.body);
  audit(request, 'created', lastInsertRowid, differences({}, request.body));
  return { id: lastInsertRowid, ...request.body };
});

const keys = await generateKeyPair('EdDSA');
const issuer = 'afternoon';
const app = Fastify();
app.addHook('onRequest', async (request, reply) => {
  try {
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    const { payload } = await jwtVerify(token, keys.publicKey, { issuer, algorithms: ['EdDSA'] });
    request.user = payload.sub;
  } catch {
    reply.code(401).send({ error: 'unauthenticated' });
  }
});
const field = {
  title: { type: 'string' },
  author: { type: 'string' },
  state: { enum: ['draft', 'published'] },
  words: { type: 'integer' },
};
const article = { type: 'object', properties: { id: { type: 'string' }, ...field } };
const body = { type: 'object', properties: field, additionalProperties: false };
const notFound = reply => reply.code(404).send({ error: 'not found' });
app.get('/v1/records/articles/:id', { schema: { response: { 200: article } } }, async (request, reply) => {
  return view(request) ?? notFound(reply);
});
app.patch(
  '/v1/records/articles/:id',
  { schema: { body, response: { 200: article } } },
  async (request, reply) => {
    return change(request) ?? notFound(reply);
  },
);
app.post(
  '/v1/records/articles',
  { schema: { body: { ...body, required: Object.keys(field) }, response: { 201: article } } },
  async (request, reply) => reply.code(201).send(create(request)),
);
const url = await app.listen({ port: 0, host: '127.0.0.1' });

const token = user =>
  new SignJWT({ sid: `session of ${user}` })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt' })
    .setIssuer(issuer)
    .setSubject(user)
    .setIssuedAt()
    .setExpirationTime('10h')
    .sign(keys.privateKey);
const ids = db.transaction(() => ARTICLES.map(one => String(insert.run(one).lastInsertRowid)))();
serve({ url, ids, tokens: await Promise.all(AUTHORS.map(token)) }, async () => {
  await app.close();
  db.close();
  rmSync(directory, { recursive: true });
});
