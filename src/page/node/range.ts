import { parseDuration } from '../../telemetry/units.js';
import { setQuery } from '../kit/router.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const USUAL_SPAN = 6 * HOUR;
const SHORTEST = 2 * MINUTE;
const LONGEST = 400 * DAY;
/** A range that ends now moves on in steps of this share of itself, at least of LEAST_STEP. */
const STEPS = 400;
const LEAST_STEP = 5000;

/** A stretch of history, unix ms. */
export interface Range {
  readonly from: number;
  readonly to: number;
  /** It ends now and moves on. */
  readonly isLive: boolean;
}

/** Spans with a button each, as the address has them. */
export const SPANS = ['15m', '1h', '6h', '1d', '7d', '30d'] as const;

/** The range that the address asks for: `span`, or `from` and `to`; six hours where it says nothing that can be read. */
export function readRange(query: URLSearchParams, now: number): Range {
  const [from, to] = [Number(query.get('from')), Number(query.get('to'))];
  if (from > 0 && to > from) return { from, to: Math.max(to, from + SHORTEST), isLive: false };
  const span = clampSpan(parseDuration(query.get('span') ?? '') ?? USUAL_SPAN);
  const step = Math.max(LEAST_STEP, span / STEPS);
  const end = Math.ceil(now / step) * step;
  return { from: Math.round(end - span), to: Math.round(end), isLive: true };
}

export function spanOf({ from, to }: Range): number {
  return to - from;
}

/** Shows a range that ends now. */
export function showSpan(span: string): void {
  setQuery({ span, from: null, to: null });
}

export function showRange(from: number, to: number): void {
  const middle = (from + to) / 2;
  const half = clampSpan(to - from) / 2;
  setQuery({ span: null, from: String(Math.round(middle - half)), to: String(Math.round(middle + half)) });
}

/** By a factor above 1 further in; about now where the range ends now, else about its middle. */
export function zoom(range: Range, factor: number): void {
  const span = clampSpan(spanOf(range) / factor);
  if (range.isLive) {
    showSpan(`${Math.round(span / 1000)}s`);
    return;
  }
  const middle = (range.from + range.to) / 2;
  showRange(middle - span / 2, middle + span / 2);
}

/** By a share of its length; a range that comes to end in the future follows now again. */
export function pan(range: Range, share: number, now: number): void {
  const by = spanOf(range) * share;
  if (range.to + by >= now && share > 0) showSpan(`${Math.round(spanOf(range) / 1000)}s`);
  else showRange(range.from + by, range.to + by);
}

function clampSpan(span: number): number {
  return Math.min(LONGEST, Math.max(SHORTEST, span));
}
