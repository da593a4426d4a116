import { selectKth } from './estimators/order.js';
import { type TheilSenScratch, theilSen } from './estimators/theil-sen.js';
import type { Levels } from './levels.js';
import { gatherPeaks } from './points.js';
import type { Points } from './shapes/shape.js';
import type { Window } from './window.js';

/** Peaks of late are those of so many buckets. */
const LATE_BUCKETS = 16;

/** Peaks take at most this share of what was left above the highest of late. */
const OF_WHAT_IS_LEFT = 0.3;

/** Peaks are compared with levels once so many collections have judged the climb: before, too little of it is known to stay. */
const LEAST_JUDGED = 4;

/** Levels that have risen by less than this share of the peaks tell nothing of how peaks follow. */
const LEAST_RISE_OF_PEAK = 0.1;

/** Go's collector at its laziest setting that is in use (GOGC=300) lets memory come to four times the live heap. */
const MOST_AMPLIFIED = 4;

const above = new Float64Array(LATE_BUCKETS);

/**
 * RSS above the level in the newest buckets: an upper quartile, since it is the peaks that meet the limit; but not so much that
 * it would be more than was ever used there, when the level itself has just been found to be higher.
 */
export function slackOf(window: Window, levels: Levels, limit: number): number {
  const count = Math.min(LATE_BUCKETS, levels.n);
  let seen = 0;
  let highest = 0;
  for (let i = levels.n - count; i < levels.n; i++) {
    const peak = window.get(i, 'rssMax');
    if (Number.isNaN(peak)) continue;
    if (peak > highest) highest = peak;
    above[seen++] = Math.max(0, peak - levels.level[i]);
  }
  const usual = seen === 0 ? 0 : selectKth(above, seen, Math.floor(seen * 0.75));
  const live = levels.level[levels.n - 1];
  const lived = Math.max(0, highest - live);
  return Math.min(usual, lived + OF_WHAT_IS_LEFT * Math.max(0, limit - Math.max(highest, live)));
}

/**
 * By how much RSS at its peaks rises for each byte that the level rises, over the climb that began at `climbAt` (unix ms): 1
 * where the garbage on top stays the same, 2 where a collector waits for the heap to double (Go's GOGC=100). Theil-Sen of peaks
 * on levels; 1 while too few collections have judged the climb. `peaks` is scratch memory for the points.
 */
export function amplificationOf(
  window: Window,
  levels: Levels,
  points: Points,
  climbStart: number,
  climbAt: number,
  peaks: Float64Array,
  scratch: TheilSenScratch,
): number {
  if (floorsSince(levels, climbAt) < LEAST_JUDGED) return 1;
  const { n, y } = points;
  gatherPeaks(window, n, peaks);
  if (!(y[n - 1] - y[climbStart] > LEAST_RISE_OF_PEAK * peaks[n - 1])) return 1;
  const line = theilSen(y, peaks, climbStart, n, 0, scratch, true);
  return line ? Math.min(MOST_AMPLIFIED, Math.max(1, line.slope)) : 1;
}

function floorsSince({ n, time, isFloor }: Levels, since: number): number {
  let floors = 0;
  for (let i = n - 1; i >= 0 && time[i] >= since; i--) floors += isFloor[i];
  return floors;
}
