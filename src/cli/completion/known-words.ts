// Words that the daemon knows: types, ids, fields. Asked for without a trace: ids alone are no view of a record, and
// whatever goes wrong is no words, since a completion has no place for a complaint.
import type { Client } from '../../shared/client.js';
import { MAX_LIMIT } from '../../shared/page.js';
import { Problem } from '../../shared/problem.js';

export interface KnownWords {
  types(): Promise<string[]>;
  /** Of records of a type; so many as one page holds. */
  ids(type: string): Promise<string[]>;
  /** Of a type; of all types without one. */
  fields(type?: string): Promise<string[]>;
  /** One's own API tokens. */
  tokens(): Promise<{ id: string; name: string }[]>;
}

/** @param connect makes the client when it is needed, if there is somebody to speak as */
export function createKnownWords(connect: () => Client): KnownWords {
  let client: Client | undefined;
  const asked = async <T>(ask: (client: Client) => Promise<T[]>): Promise<T[]> => {
    try {
      client ??= connect();
      return await ask(client);
    } catch (error) {
      if (error instanceof Problem) return [];
      throw error;
    }
  };
  const types = () => asked(async daemon => (await daemon.types.list()).data);

  return {
    types: async () => (await types()).map(({ name }) => name),
    ids: type =>
      asked(async daemon => {
        // A type that is not there must not be asked for: that is kept in the log as a failure.
        if (!(await types()).some(({ name }) => name === type)) return [];
        const { data } = await daemon.records.list(type, { minimal: true, limit: MAX_LIMIT });
        return data.map(({ id }) => id);
      }),
    async fields(type) {
      const wanted = (await types()).filter(({ name }) => type === undefined || name === type);
      return [...new Set(wanted.flatMap(({ fields }) => fields))];
    },
    tokens: () => asked(async daemon => (await daemon.tokens.list({ all: false })).data),
  };
}
