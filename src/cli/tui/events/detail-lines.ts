// One event as lines of text: its facts, what changed as a coloured diff, the circumstances, and what else the
// same request did.
import type { DataEvent } from '../../../shared/data-event.js';
import { escapeText, type SafeText, safe, safeJson } from '../../output/escape.js';
import { changeTexts, EVENT_VIEW, withErasedTold } from '../../output/event-view.js';
import { localTime } from '../../output/local-time.js';
import { relativeTime } from '../../output/relative-time.js';
import { paint } from '../../output/style.js';
import { cellText, type Style } from '../../output/view.js';
import { cutTo } from '../../output/width.js';
import { wrapTo } from '../../output/wrap.js';
import { contentColumn } from './columns.js';
import { diffLines } from './diff-lines.js';

/** What the request of an event also did. */
export type Related =
  | { seq: number; state: 'loading' }
  | { seq: number; state: 'loaded'; events: readonly DataEvent[]; more: boolean }
  | { seq: number; state: 'failed'; reason: string };

export interface DetailOptions {
  event: DataEvent;
  related: Related | undefined;
  columns: number;
  now: number;
  colour: boolean;
}

const LABEL_WIDTH = 18;
const INDENT = '  ';

/** Shown in sections of their own, or made from others. */
const NOT_FACTS: ReadonlySet<string> = new Set([
  ...[
    'time',
    'actor',
    'action',
    'target',
    'changes',
    'context',
    'metadata',
    'redactions',
    'timestamp',
    'outcome',
  ],
  ...[
    'actorType',
    'actorId',
    'actorName',
    'targetType',
    'targetId',
    'targetName',
    'onBehalfOf',
    'recordedAt',
  ],
]);

/** The lines of an event. */
export function detailLines(options: DetailOptions): string[] {
  const { colour, columns } = options;
  const event = withErasedTold(options.event);
  const width = Math.max(10, columns - INDENT.length);
  const heading = (text: SafeText) => paint(text, 'bold', colour);
  const fact = (label: string, text: SafeText, style?: Style): string[] =>
    wrapTo(text, Math.max(10, width - LABEL_WIDTH)).map((part, index) => {
      const shown = (index === 0 ? label : '').padEnd(LABEL_WIDTH) as SafeText;
      return `${INDENT}${paint(shown, 'dim', colour)}${paint(part, style, colour)}`;
    });
  const object = (label: string, value: object | undefined): string[] =>
    Object.entries(value ?? {}).flatMap(([name, one]) =>
      fact(`${label}.${escapeText(name)}`, typeof one === 'string' ? escapeText(one) : safeJson(one)),
    );

  return [
    ...fact('time', timeInFull(event.timestamp, options.now)),
    ...fact('actor', contentColumn('actor').cell(event)),
    ...fact('action', contentColumn('action').cell(event), contentColumn('action').style?.(event)),
    ...fact('target', contentColumn('target').cell(event)),
    ...(event.onBehalfOf === undefined
      ? []
      : fact('on behalf of', escapeText(`${event.onBehalfOf.type}:${event.onBehalfOf.id}`))),
    ...diffLines(event, width, colour).map(line => `${INDENT}${line}`),
    ...object('context', event.context),
    ...object('metadata', event.metadata),
    ...EVENT_VIEW.fields
      .filter(({ name }) => !NOT_FACTS.has(name))
      .flatMap(field => {
        const text = cellText(field, event);
        return text === '' ? [] : fact(field.name, text);
      }),
    ...fact('recordedAt', timeInFull(event.recordedAt, options.now)),
    ...relatedLines(options, width, heading),
  ];
}

function timeInFull(ms: number, now: number): SafeText {
  const utc = new Date(ms).toISOString() as SafeText;
  const age = relativeTime(ms, now);
  // Long ago it is the date, which stands there already.
  return localTime(ms).startsWith(age)
    ? safe`${utc} (${localTime(ms)} here)`
    : safe`${utc} (${localTime(ms)} here, ${age})`;
}

function relatedLines(
  { event, related, columns, colour }: DetailOptions,
  width: number,
  heading: (text: SafeText) => string,
): string[] {
  if (event.requestId === undefined) return [];
  const title = heading('The same request' as SafeText);
  if (related === undefined || related.state === 'loading') return ['', `${INDENT}${title}  …`];
  if (related.state === 'failed') {
    return ['', `${INDENT}${title}`, `${INDENT}  ${cutTo(escapeText(related.reason), width - 2)}`];
  }
  const others = related.events.filter(({ seq }) => seq !== event.seq);
  if (others.length === 0) return ['', `${INDENT}${title}  did nothing else that is recorded.`];
  const lines = others.map(other => {
    const changes = changeTexts(other);
    const text = safe`${contentColumn('action').cell(other)}  ${contentColumn('target').cell(other)}  ${escapeText(other.eventName ?? '')}`;
    const withChanges = changes.length === 0 ? text : safe`${text}  ${changes[0] ?? ('' as SafeText)}`;
    return `${INDENT}  ${paint(cutTo(withChanges, columns - 4), contentColumn('action').style?.(other), colour)}`;
  });
  return ['', `${INDENT}${title}  ${others.length}${related.more ? '+' : ''} more`, ...lines];
}
