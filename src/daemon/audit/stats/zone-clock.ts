// The day, weekday and hour of a moment in a time zone, fast enough for every hour of many years: asking Intl costs
// microseconds, so it is asked for the beginnings of days, and for hours on days on which the clocks change.

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export interface ZoneTime {
  /** YYYY-MM-DD */
  day: string;
  /** 0 is Monday. */
  weekday: number;
  /** 0 to 23. */
  hour: number;
}

/** @throws RangeError for what is no time zone */
export function createZoneClock(timeZone: string): (ms: number) => ZoneTime {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const offsets = new Map<number, number>();

  function askedOffset(ms: number): number {
    const parts = Object.fromEntries(
      format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]),
    );
    const part = (name: string) => parts[name] ?? 0;
    const local = Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    );
    return local - Math.floor(ms / 1000) * 1000;
  }

  function offsetAtDay(day: number): number {
    const known = offsets.get(day) ?? askedOffset(day * DAY_MS);
    offsets.set(day, known);
    return known;
  }

  return ms => {
    const day = Math.floor(ms / DAY_MS);
    const before = offsetAtDay(day);
    const local = ms + (before === offsetAtDay(day + 1) ? before : askedOffset(ms));
    const localDay = Math.floor(local / DAY_MS);
    const text = new Date(local).toISOString();
    return {
      day: text.slice(0, text.indexOf('T')),
      // The epoch was a Thursday.
      weekday: (((localDay + 3) % 7) + 7) % 7,
      hour: Math.floor((local - localDay * DAY_MS) / HOUR_MS),
    };
  };
}
