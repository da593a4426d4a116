import { lineOf } from './estimators/known-lines.js';
import { extremes } from './estimators/order.js';
import type { RobustLine, TheilSenScratch } from './estimators/theil-sen.js';
import type { Points } from './shapes/shape.js';

/** Traffic that moved by less than this share of its highest rate explains no growth. */
const LEAST_MOVED = 0.15;

/** Fewer points than this of traffic's newest course are a guess. */
export const LEAST_LATE = 5;

/** How far the rate moved over points `from <= i < to`, requests a ms; 0 where that is too little, or where requests are not counted. */
export function trafficMoved({ rate, hasRate }: Points, from: number, to: number): number {
  if (!hasRate) return 0;
  const { low, high } = extremes(rate, from, to);
  const moved = high - low;
  return moved > LEAST_MOVED * high ? moved : 0;
}

/** The line of the rate over the newer half of points `from <= i < to`, or over LEAST_LATE points where that is more. */
export function newestTraffic(
  points: Points,
  from: number,
  to: number,
  score: number,
  scratch: TheilSenScratch,
): RobustLine | null {
  const half = Math.max(LEAST_LATE, Math.ceil((to - from) / 2));
  // Of a climb that has just begun something of before is taken along: a line needs points.
  const late = Math.max(0, Math.min(to - LEAST_LATE + 1, Math.max(from, to - half)));
  return lineOf(points, points.rate, late, to, score, scratch);
}
