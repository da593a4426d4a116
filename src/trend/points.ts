import { extremes } from './estimators/order.js';
import type { Points } from './shapes/shape.js';
import type { Window } from './window.js';

/** Each point stands for this share of its age, so that what is recent is seen as finely as a young process is. */
const SHARE_OF_AGE = 1 / 5;

/** More than this never come of the buckets of a window. */
export const MOST_POINTS_FITTED = 32;

/** Values bucket by bucket; `time` in unix ms. */
export interface Series {
  readonly n: number;
  readonly time: Float64Array;
  readonly level: Float64Array;
}

const sizes = new Int32Array(MOST_POINTS_FITTED);

/**
 * Gathers the values from bucket `first` on into points: means of groups of neighbouring buckets, one bucket each for
 * the newest ten, then ever more the older they are. x is 0 at `from` (unix ms) and 1 a `span` later.
 */
export function gatherByAge(
  series: Series,
  first: number,
  from: number,
  span: number,
  into: Points,
  isFloor: Uint8Array | null = null,
): void {
  const lastFloor = isFloor ? isFloor.lastIndexOf(1, series.n - 1) : -1;
  let count = 0;
  let left = series.n - first;
  for (let age = 0; left > 0; count++) {
    const isLast = count === MOST_POINTS_FITTED - 1;
    let size = isLast ? left : Math.min(left, Math.max(1, Math.floor(age * SHARE_OF_AGE)));
    // What has come since the last floor is seen as it comes.
    if (isFloor && first + left <= lastFloor + 1) size = upToFloor(isFloor, first + left, size, first);
    sizes[count] = size;
    age += size;
    left -= size;
  }
  let bucket = first;
  for (let i = 0; i < count; i++) bucket = gather(series, bucket, sizes[count - 1 - i], from, span, into, i);
  into.n = count;
  into.hasRate = false;
  into.lines.length = 0;
}

/**
 * The rate of requests at each of the points that `gatherByAge` has made of all buckets of this window. A bucket without a
 * count (a gap, a lost sample) takes on the rate around it.
 */
export function gatherRates(window: Window, into: Points): void {
  let bucket = 0;
  let known = Number.NaN;
  for (let i = 0; i < into.n; i++) {
    const end = bucket + sizes[into.n - 1 - i];
    let requests = 0;
    let time = 0;
    for (; bucket < end; bucket++) {
      const more = window.get(bucket, 'requests');
      if (Number.isNaN(more) || bucket === 0) continue;
      requests += more;
      time += window.last[bucket] - window.last[bucket - 1];
    }
    if (time > 0) known = requests / time;
    into.rate[i] = known;
  }
  into.hasRate = into.n > 1 && !Number.isNaN(known);
  if (!into.hasRate) return;
  for (let i = into.n - 2; i >= 0; i--) if (Number.isNaN(into.rate[i])) into.rate[i] = into.rate[i + 1];
}

/** Grows a group that ends before bucket `end` until something was seen in it, if that is somewhere. */
function upToFloor(isFloor: Uint8Array, end: number, least: number, first: number): number {
  for (let bucket = end - 1; bucket >= first; bucket--) {
    if (isFloor[bucket] === 1 && end - bucket >= least) return end - bucket;
    if (isFloor[bucket] === 1) return least;
  }
  return end - first;
}

/** Mean of the RSS peaks at each of the `count` points that `gatherByAge` has made of all buckets of this window. */
export function gatherPeaks(window: Window, count: number, into: Float64Array): void {
  let bucket = 0;
  for (let i = 0; i < count; i++) {
    const size = sizes[count - 1 - i];
    let sum = 0;
    let seen = 0;
    for (const end = bucket + size; bucket < end; bucket++) {
      const peak = window.get(bucket, 'rssMax');
      if (Number.isNaN(peak)) continue;
      sum += peak;
      seen++;
    }
    into[i] = seen > 0 ? sum / seen : (into[i - 1] ?? 0);
  }
}

/** Gathers the values from bucket `first` on into at most `most` groups of one size; the newest may be smaller. */
export function gatherEvenly(
  series: Series,
  first: number,
  from: number,
  span: number,
  most: number,
  into: Points,
): void {
  const size = Math.ceil((series.n - first) / most);
  let count = 0;
  for (let bucket = first; bucket < series.n; count++) {
    bucket = gather(series, bucket, Math.min(size, series.n - bucket), from, span, into, count);
  }
  into.n = count;
  into.hasRate = false;
  into.lines.length = 0;
}

/** The mean of `size` buckets as point `index`; returns the bucket after them. */
function gather(
  series: Series,
  start: number,
  size: number,
  from: number,
  span: number,
  into: Points,
  index: number,
): number {
  const end = start + size;
  let time = 0;
  let level = 0;
  for (let i = start; i < end; i++) {
    time += series.time[i];
    level += series.level[i];
  }
  into.x[index] = (time / size - from) / span;
  into.y[index] = level / size;
  return end;
}

/** From the lowest to the highest of the points. */
export function rangeOf({ y, n }: Points): number {
  const { low, high } = extremes(y, 0, n);
  return high - low;
}
