// How a type is shown.
import type { TypeInfo } from '../../../shared/api.js';
import { properties, type View } from '../../output/view.js';

export const TYPE_VIEW: View<TypeInfo> = {
  fields: properties<TypeInfo>(['name', 'version', 'builtIn', 'fields', 'record', 'schema']),
  row: ['name', 'version', 'builtIn', 'fields'],
};
