import { COLUMN, isNoLimit } from '../telemetry/index.js';
import type { Asked } from './asked.js';
import type { Ceiling } from './breach.js';
import type { TheilSenScratch } from './estimators/theil-sen.js';
import { gatherByAge } from './points.js';
import { linearOfLate } from './shapes/linear.js';
import { type Points, SLOPE_SCORE } from './shapes/shape.js';

/** A line through fewer points of what lies outside the heap is none. */
const LEAST_NATIVE = 4;

/**
 * RSS cannot outgrow what lies outside the heap plus the heap's own limit: where that sum is below the limit, memory
 * outside the heap must grow before it can be reached. The line of that growth from the newest regime on, `onset`; null where
 * the heap alone can fill the limit. Overwrites `natives`.
 */
export function ceilingOf(
  { process, levels, limit, from, span }: Asked,
  onset: number,
  natives: Points,
  scratch: TheilSenScratch,
): Ceiling | null {
  const heapLimit = process.latest[COLUMN.heap_limit];
  if (!levels.hasNative || isNoLimit(heapLimit) || Number.isNaN(heapLimit)) return null;
  const target = limit - heapLimit;
  if (levels.native[levels.n - 1] >= target) return null;
  const { time, native, n } = levels;
  gatherByAge({ n, time, level: native }, 0, from, span, natives);
  let first = 0;
  while (first < natives.n - LEAST_NATIVE && natives.x[first] < onset) first++;
  const fit = linearOfLate.fit(natives, first, natives.n, scratch, SLOPE_SCORE);
  return { reachedAt: (score) => fit?.crossing(target, 1, score) ?? Number.POSITIVE_INFINITY };
}
