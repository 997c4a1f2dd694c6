// A bare Fastify route that returns the bytes of an article: as little as a server on this machine can do.
import Fastify from 'fastify';
import { ARTICLES } from '../harness/articles.js';
import { serve } from '../harness/server.js';

const bytes = JSON.stringify({ id: '1', ...ARTICLES[0] });
const app = Fastify();
app.get('/v1/records/articles/:id', (_request, reply) => {
  reply.type('application/json').send(bytes);
});
const url = await app.listen({ port: 0, host: '127.0.0.1' });
serve({ url, ids: ARTICLES.map((_article, index) => String(index + 1)), tokens: ['none'] }, () =>
  app.close(),
);
