// Events as sentences, for whoever has them read out: who did what to what, when, and what changed.
import type { DataEvent } from '../../shared/data-event.js';
import { escapeText, joinSafe, type SafeText, safe } from '../output/escape.js';
import { changeTexts, named } from '../output/event-view.js';
import { relativeTime } from '../output/relative-time.js';
import { pointInTime, type TimeFlags } from '../output/times.js';

/** `3m ago, Ada users:1 changed Grace users:2: name: "G" → "Grace". users.name.changed.` */
export function eventSentence(event: DataEvent, now: number, times: TimeFlags): SafeText {
  const dated = times.utc === true || times.absolute === true;
  const time = dated ? pointInTime(times)(event.timestamp) : relativeTime(event.timestamp, now);
  const { outcome, action, count = 1 } = event;
  const did =
    outcome === 'success'
      ? safe`${escapeText(action)}`
      : safe`${escapeText(action)} (${escapeText(outcome)})`;
  const actor = named(event.actorName, event.actorType, event.actorId);
  const target = named(event.targetName, event.targetType, event.targetId);
  const changes = joinSafe(changeTexts(event), '; ');
  const what = changes === '' ? safe`` : safe`: ${changes}`;
  const name = event.eventName === undefined ? safe`` : safe` ${escapeText(event.eventName)}.`;
  const times_ = count === 1 ? safe`` : safe` ${count} times`;
  return safe`${time}, ${actor} ${did}${times_} ${target}${what}.${name}`;
}
