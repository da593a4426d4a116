import {
  type IntervalText,
  type Range,
  readDays,
  readMinutes,
  readMonths,
  readWeekdays,
  readYears,
  type TimeIntervalText,
} from './time-interval-options.js';

/** Whether a named set of times holds at a moment (unix ms). */
export type HoldsAt = (at: number) => boolean;

/** By name. Semantics of Alertmanager's time intervals: fields of one interval are all needed, one interval is enough. */
export function compileIntervals(texts: readonly TimeIntervalText[]): ReadonlyMap<string, HoldsAt> {
  return new Map(
    texts.map(({ name, time_intervals }) => {
      const each = time_intervals.map(compileInterval);
      return [name, (at: number) => each.some((holds) => holds(at))] as const;
    }),
  );
}

interface LocalTime {
  readonly minute: number;
  readonly weekday: number;
  readonly day: number;
  readonly month: number;
  readonly year: number;
}

function compileInterval(text: IntervalText): HoldsAt {
  const localTime = localTimeIn(text.location ?? 'UTC');
  const times = text.times?.map(
    ({ start_time, end_time }): Range => [minutesOf(start_time), minutesOf(end_time)],
  );
  const weekdays = ranges(text.weekdays, readWeekdays);
  const days = ranges(text.days_of_month, readDays);
  const months = ranges(text.months, readMonths);
  const years = ranges(text.years, readYears);
  return (at) => {
    const local = localTime(at);
    const { minute, weekday, month, year } = local;
    return (
      (!times || times.some(([from, to]) => minute >= from && minute < to)) &&
      isIn(weekdays, weekday) &&
      (!days || days.some((range) => isInMonth(range, local))) &&
      isIn(months, month) &&
      isIn(years, year)
    );
  };
}

/** A negative day counts from the end of its month, which may be shorter than the range thinks. */
function isInMonth([from, to]: Range, { day, month, year }: LocalTime): boolean {
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const place = (value: number): number => (value < 0 ? length + value + 1 : value);
  return day >= Math.max(1, place(from)) && day <= Math.min(length, place(to));
}

function isIn(ranges: readonly Range[] | undefined, value: number): boolean {
  return !ranges || ranges.some(([from, to]) => value >= from && value <= to);
}

function ranges(
  texts: readonly string[] | undefined,
  read: (text: string) => Range | undefined,
): Range[] | undefined {
  return texts?.map((text) => read(text)).filter((range) => range !== undefined);
}

function minutesOf(text: string): number {
  return readMinutes(text) ?? 0;
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

function localTimeIn(timeZone: string): (at: number) => LocalTime {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    weekday: 'short',
    hour: 'numeric',
    minute: 'numeric',
  });
  return (at) => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    return {
      minute: Number(parts.hour) * 60 + Number(parts.minute),
      weekday: WEEKDAYS.indexOf(parts.weekday),
      day: Number(parts.day),
      month: Number(parts.month),
      year: Number(parts.year),
    };
  };
}
