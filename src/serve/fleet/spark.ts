import type { ProcessTrend, Resource } from '../../trend/index.js';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const POINTS = 24;
/** Less movement than this share of the peak is drawn as less, so that noise does not look like a mountain. */
const LEAST_SPAN = 0.05;

/**
 * The recent use of a resource as the trend room remembers it, in evenly spaced points from lowest to highest; empty when
 * nothing is remembered.
 */
export function sparkOf({ windows }: ProcessTrend, resource: Resource): string {
  const window = windows[windows.length - 1];
  const { length, first, last } = window;
  if (length === 0) return '';
  const column = resource === 'rss' ? 'rssMax' : 'heapMax';
  const [from, to] = [first[0], last[length - 1]];
  const points = new Array<number>(POINTS).fill(Number.NaN);
  for (let bucket = 0; bucket < length; bucket++) {
    const value = window.get(bucket, column);
    const at = Math.min(POINTS - 1, Math.floor(((last[bucket] - from) / Math.max(1, to - from)) * POINTS));
    if (!Number.isNaN(value) && !(points[at] > value)) points[at] = value;
  }
  const known = points.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return '';
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const span = Math.max(high - low, high * LEAST_SPAN);
  return points
    .map((value) => (Number.isNaN(value) ? ' ' : DIGITS[Math.round(((value - low) / span) * 63)]))
    .join('');
}
