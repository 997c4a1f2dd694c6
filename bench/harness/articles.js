// The records that are read and changed under load.

/** The users in whose name requests come. */
export const AUTHORS = ['Ada', 'Grace', 'Barbara', 'Radia'];

/** The type of the records, as `POST /v1/types` takes it. */
export const ARTICLE_TYPE = {
  name: 'articles',
  schema: {
    type: 'object',
    properties: {
      title: { type: 'string', maxLength: 200 },
      author: { type: 'string', maxLength: 200 },
      state: { enum: ['draft', 'published'] },
      words: { type: 'integer' },
    },
    required: ['title', 'author', 'state', 'words'],
  },
};

export const ARTICLES = Array.from({ length: 960 }, (_, index) => ({
  title: `On what the ${index + 1}. of all things is`,
  author: AUTHORS[index % AUTHORS.length],
  state: index % 3 === 0 ? 'draft' : 'published',
  words: 300 + index,
}));
