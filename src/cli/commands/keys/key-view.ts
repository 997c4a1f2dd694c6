// How a key is shown.
import type { KeyInfo } from '../../../shared/api.js';
import { properties, timeProperty, type View } from '../../output/view.js';

export const KEY_VIEW: View<KeyInfo> = {
  fields: [
    ...properties<KeyInfo>(['kid', 'use', 'algorithm']),
    timeProperty<KeyInfo>('createdAt'),
    ...properties<KeyInfo>(['active']),
  ],
  row: ['kid', 'use', 'algorithm', 'createdAt', 'active'],
};
