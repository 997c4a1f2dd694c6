// How an API token is shown.
import type { NewToken, Token } from '../../../shared/api.js';
import { fieldColumns } from '../../output/show.js';
import { type Field, properties, timeProperty, type View } from '../../output/view.js';

const FIELDS: Field<Token>[] = [
  ...properties<Token>(['id', 'name', 'role', 'ownerId']),
  timeProperty<Token>('createdAt'),
  timeProperty<Token>('expiresAt'),
  ...properties<Token>(['tenantId', 'actorTypes', 'targetTypes']),
];

export const TOKEN_VIEW: View<Token> = {
  fields: FIELDS,
  row: ['id', 'name', 'role', 'ownerId', 'createdAt', 'expiresAt', 'tenantId'],
  columns: () =>
    fieldColumns(FIELDS.filter(({ name }) => ['id', 'name', 'role', 'expiresAt'].includes(name))),
};

/** With the secret, which the daemon gives this once. */
export const NEW_TOKEN_VIEW: View<NewToken> = {
  fields: [...properties<NewToken>(['token']), ...FIELDS],
  row: ['token', 'id', 'name', 'role', 'expiresAt'],
};
