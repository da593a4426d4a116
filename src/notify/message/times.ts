const DAY_MS = 86_400_000;
/** So far ahead a time of day would feign a precision that no forecast has. */
const DAYS_AWAY_MS = 3 * DAY_MS;
/** What lies further away is not worth a date, and beyond 270,000 years there is none. */
const FAR_MS = 3650 * DAY_MS;

/** Writes moments for people, in UTC and in one local time zone. Times are unix ms. */
export class Times {
  readonly zone: string;
  readonly #formats = new Map<string, Intl.DateTimeFormat>();

  /** @param zone IANA name such as Europe/Berlin */
  constructor(zone: string) {
    this.zone = zone;
  }

  /** `09:10 UTC`, with the date unless it is that of `near`, with seconds where they matter. */
  utc(ms: number, near: number): string {
    return isFar(ms, near) ? FAR_TEXT : `${this.#moment(ms, near, 'UTC')} UTC`;
  }

  /** `Mon 16 Nov 14:02 UTC`: with day and time of day, however long ago. */
  dated(ms: number, near: number): string {
    if (isFar(ms, near)) return FAR_TEXT;
    const day = this.#format('UTC', dayParts(ms - near)).format(ms);
    return `${day} ${this.#format('UTC', { hour: '2-digit', minute: '2-digit' }).format(ms)} UTC`;
  }

  /** `09:10 UTC (10:10 Europe/Berlin)`. */
  both(ms: number, near: number): string {
    const utc = this.utc(ms, near);
    return this.zone === 'UTC' || isFar(ms, near)
      ? utc
      : `${utc} (${this.#moment(ms, near, this.zone)} ${this.zone})`;
  }

  /**
   * `09:02-09:31` without the zone, `09:02 or later` when the end is open. The end repeats the date only where the day
   * changes.
   */
  range(from: number, to: number | null, near: number): string {
    const start = this.#moment(from, near, 'UTC');
    if (to === null || isFar(to, near)) return `${start} or later`;
    const isSameDay = this.#day(from, 'UTC') === this.#day(to, 'UTC');
    if (!isSameDay || Math.abs(from - near) > DAYS_AWAY_MS)
      return `${start} - ${this.#moment(to, near, 'UTC', true)}`;
    return `${start}-${this.#format('UTC', timeParts(Math.min(from, to) - near)).format(to)}`;
  }

  /** `03:44 and 03:55 UTC (04:44 and 04:55 Europe/Berlin)`. */
  between(from: number, to: number, near: number): string {
    const pair = (zone: string) =>
      `${this.#moment(from, near, zone)} and ${this.#moment(to, near, zone)} ${zone}`;
    return this.zone === 'UTC' ? pair('UTC') : `${pair('UTC')} (${pair(this.zone)})`;
  }

  #moment(ms: number, near: number, zone: string, withDay = false): string {
    if (isFar(ms, near)) return FAR_TEXT;
    const day = this.#format(zone, dayParts(ms - near)).format(ms);
    if (Math.abs(ms - near) > DAYS_AWAY_MS) return day;
    const time = this.#format(zone, timeParts(ms - near)).format(ms);
    const isOtherDay = withDay || this.#day(ms, zone) !== this.#day(near, zone);
    return isOtherDay ? `${day} ${time}` : time;
  }

  #day(ms: number, zone: string): string {
    return this.#format(zone, { day: '2-digit', month: '2-digit', year: 'numeric' }).format(ms);
  }

  #format(zone: string, parts: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    const key = `${zone} ${JSON.stringify(parts)}`;
    let format = this.#formats.get(key);
    if (!format) {
      format = new Intl.DateTimeFormat('en-GB', { ...parts, timeZone: zone, hourCycle: 'h23' });
      this.#formats.set(key, format);
    }
    return format;
  }
}

const FAR_TEXT = 'in more than ten years';

export function isFar(ms: number, near: number): boolean {
  return !(Math.abs(ms - near) < FAR_MS);
}

/** Seconds only when minutes are too coarse for the distance. */
function timeParts(distanceMs: number): Intl.DateTimeFormatOptions {
  const clock = { hour: '2-digit', minute: '2-digit' } as const;
  return Math.abs(distanceMs) < 5 * 60_000 ? { ...clock, second: '2-digit' } : clock;
}

function dayParts(distanceMs: number): Intl.DateTimeFormatOptions {
  if (Math.abs(distanceMs) > 300 * DAY_MS) return { day: 'numeric', month: 'short', year: 'numeric' };
  return { weekday: 'short', day: 'numeric', month: 'short' };
}
