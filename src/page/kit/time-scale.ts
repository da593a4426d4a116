import { formatDuration } from './words.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Below this the axis is nearly even, above it a doubling takes about the same room everywhere. */
const EVEN_MS = 10 * MINUTE;
const TICKS = [
  5 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  4 * DAY,
  7 * DAY,
  14 * DAY,
  30 * DAY,
];
const MOST_TICKS = 4;

/** An axis from now on, on which ten minutes and ten days can both be read. */
export interface TimeScale {
  readonly spanMs: number;
  /** 0 to 1 for a time so many ms ahead; what is past or beyond the end is at the edge. */
  at(aheadMs: number): number;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

/** Logarithmic in (1 + time / 10 min). */
export function timeScale(spanMs: number): TimeScale {
  const whole = Math.log1p(spanMs / EVEN_MS);
  const at = (aheadMs: number) =>
    Math.min(1, Math.max(0, Math.log1p(Math.max(0, aheadMs) / EVEN_MS) / whole));
  const fitting = TICKS.filter((tick) => tick < spanMs * 0.95);
  const every = Math.ceil(fitting.length / MOST_TICKS);
  const ticks = fitting
    .filter((_, index) => (fitting.length - 1 - index) % every === 0)
    .map((tick) => ({ at: at(tick), text: formatDuration(tick) }));
  return { spanMs, at, ticks };
}

/** The next span that an axis may have, so that it does not move with every forecast; at least an hour, at most 90 days. */
export function roundSpan(ms: number): number {
  const spans = [HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, DAY, 2 * DAY, 4 * DAY, 7 * DAY, 14 * DAY, 30 * DAY];
  return spans.find((span) => span >= ms) ?? 90 * DAY;
}
