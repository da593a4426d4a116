import { formatBytes, formatDuration } from '../../telemetry/units.js';

export { formatBytes, formatCount, formatDuration } from '../../telemetry/units.js';

/** `+48 MiB/h`; a dash where it is not known. */
export function formatPace(bytesPerHour: number | null): string {
  if (bytesPerHour === null) return '–';
  return `${bytesPerHour > 0 ? '+' : ''}${formatBytes(bytesPerHour)}/h`;
}

/** `97 %`, and never a certainty that is none. */
export function formatShare(share: number | null): string {
  if (share === null) return '–';
  if (share > 0 && share < 0.01) return '< 1 %';
  if (share < 1 && share > 0.99) return '> 99 %';
  return `${Math.round(share * 100)} %`;
}

/** `in 2 h`, `3 min ago`, `now`. */
export function formatFromNow(at: number, now: number): string {
  const ms = at - now;
  if (Math.abs(ms) < 1000) return 'now';
  return ms > 0 ? `in ${formatDuration(ms)}` : `${formatDuration(-ms)} ago`;
}

const DAY = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });
const TIME = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** A time in the zone of the reader: `14:03`, with the day where it is another one than that of `now`. */
export function formatTime(at: number, now: number): string {
  const isToday = DAY.format(at) === DAY.format(now);
  return isToday ? TIME.format(at) : `${DAY.format(at)} ${TIME.format(at)}`;
}

/** Both zones, for a title: `2026-11-24 14:03:20 here, 13:03:20 UTC`. */
export function formatExactly(at: number): string {
  const date = new Date(at);
  const pad = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  const time = `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
  return `${day} ${time} here, ${date.toISOString().slice(11, 19)} UTC`;
}
