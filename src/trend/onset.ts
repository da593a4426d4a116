import { leastSquaresSlope, makeSums, sumUp } from './shapes/least-squares.js';
import type { Points } from './shapes/shape.js';

/** Fewer points than this have no slope worth the name. */
const LEAST_SEGMENT = 4;

/** A bend must leave less than this share of the squared residuals of one line. */
const LEFT_BY_BEND = 0.5;

/** Bends are looked for one after the other, each in what lies after the one before. */
const MOST_BENDS = 3;

/** An earlier regime belongs to the same climb when it rose at least at this share of the newest regime's pace. */
const SAME_CLIMB = 0.2;

export interface Regime {
  /** Index of the first point of the newest regime; 0 when the whole is one. */
  readonly onset: number;
  /** Index of the first point of the climb that the newest regime is the end of; `onset` when it stands alone. */
  readonly climbStart: number;
}

/**
 * Where the newest regime began. A line with one bend instead of a straight one, at the point that leaves the least squared
 * residuals (segmented regression with a joint: Hudson, JASA 61, 1966), as long as that is a great gain; then again within
 * what lies after the bend (binary segmentation). Joined lines, since a step is no new pace. O(n) by running sums.
 */
export function findRegime({ x, y, n }: Points, noise: number): Regime {
  const starts = [0];
  while (starts.length <= MOST_BENDS) {
    const newest = starts[starts.length - 1];
    const found = bestBend(x, y, newest, n, noise);
    if (found === newest) break;
    starts.push(found);
  }
  const last = starts.length - 1;
  const pace = leastSquaresSlope(x, y, starts[last], n);
  let climb = last;
  while (climb > 0 && leastSquaresSlope(x, y, starts[climb - 1], starts[climb] + 1) >= SAME_CLIMB * pace)
    climb--;
  return { onset: starts[last], climbStart: starts[pace > 0 ? climb : last] };
}

/** The same for a climb that cannot have begun before `begin`, in units of x. Some points are always left to it. */
export function beginAfter({ onset, climbStart }: Regime, begin: number, { x, n }: Points): Regime {
  let start = climbStart;
  while (start < n - LEAST_SEGMENT && x[start] < begin) start++;
  return { onset: Math.max(start, onset), climbStart: start };
}

const sums = makeSums();

/** The point of the best bend between `from` and `to`, or `from` where none is worth it. */
function bestBend(x: Float64Array, y: Float64Array, from: number, to: number, noise: number): number {
  const n = to - from;
  if (n < 2 * LEAST_SEGMENT) return from;
  const x0 = x[from];
  const y0 = y[from];
  const { u: sx, y: sy, uu: cxx, uy: cxy, yy: cyy } = sumUp(x, y, from, to, sums);
  if (!(cxx > 0)) return from;
  // Of residuals at the level of the noise nothing is to be gained.
  const floor = n * noise * noise;
  const straight = Math.max(0, cyy - (cxy * cxy) / cxx) + floor;
  let least = LEFT_BY_BEND * straight;
  let best = from;
  // Sums over the points after the bend, from the newest on.
  let rn = 0;
  let rx = 0;
  let ry = 0;
  let rxx = 0;
  let rxy = 0;
  for (let i = to - 1; i > from + LEAST_SEGMENT - 2; i--) {
    const c = x[i] - x0;
    const dy = y[i] - y0;
    if (rn >= LEAST_SEGMENT - 1) {
      // u = max(0, x - c), regressed beside x.
      const su = rx - c * rn;
      const suu = rxx - 2 * c * rx + c * c * rn;
      const sxu = rxx - c * rx;
      const suy = rxy - c * ry;
      const cuu = suu - (su * su) / n;
      const cxu = sxu - (sx * su) / n;
      const cuy = suy - (su * sy) / n;
      const det = cxx * cuu - cxu * cxu;
      if (det > 1e-12 * cxx * cuu) {
        const explained = (cxy * cxy * cuu - 2 * cxy * cuy * cxu + cuy * cuy * cxx) / det;
        const left = Math.max(0, cyy - explained) + floor;
        if (left < least) {
          least = left;
          best = i;
        }
      }
    }
    rn++;
    rx += c;
    ry += dy;
    rxx += c * c;
    rxy += c * dy;
  }
  return best;
}
