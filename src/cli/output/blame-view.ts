// How the blame of an object is shown: who set each of its fields, and when.
import type { Blame } from '../../shared/object-history.js';
import { formatRef } from '../../shared/object-ref.js';
import { escapeText, safe, safeJson } from './escape.js';
import { named } from './event-view.js';
import { properties, timeProperty, type View } from './view.js';

export const BLAME_VIEW: View<Blame> = {
  fields: [
    ...properties<Blame>(['field', 'value', 'hidden']),
    { name: 'actor', value: ({ actorType, actorId }) => formatRef(actorType, actorId) },
    ...properties<Blame>(['actorType', 'actorId', 'actorName']),
    timeProperty<Blame>('timestamp'),
    ...properties<Blame>(['eventId', 'seq', 'changes']),
  ],
  row: ['field', 'value', 'actor', 'timestamp', 'eventId', 'changes'],
  columns: time => [
    { title: 'FIELD', cell: ({ field }) => escapeText(field), style: () => 'bold', usual: 12 },
    {
      title: 'VALUE',
      cell: ({ value, hidden }) => (hidden === undefined ? safeJson(value) : safe`(${escapeText(hidden)})`),
      usual: 30,
    },
    {
      title: 'SET BY',
      cell: ({ actorName, actorType, actorId }) => named(actorName, actorType, actorId),
      kept: ({ actorType, actorId }) => escapeText(formatRef(actorType, actorId)),
      usual: 20,
    },
    { title: 'WHEN', cell: ({ timestamp }) => time(timestamp), style: () => 'dim', usual: 10, whole: true },
    { title: 'CHANGES', cell: ({ changes }) => safe`${changes}`, usual: 7, spare: 1 },
    { title: 'SEQ', cell: ({ seq }) => safe`${seq}`, style: () => 'dim', usual: 5, whole: true },
  ],
};
