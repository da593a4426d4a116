import { medianInPlace, selectWithin } from './order.js';

/** A robust line with an interval for its slope. */
export interface RobustLine {
  readonly slope: number;
  /** Median of y - slope x. */
  readonly intercept: number;
  /** Ends of the slope's interval at the confidence that was asked for. */
  readonly low: number;
  readonly high: number;
}

/** More points than this are never fitted at once: pairs grow with the square. */
export const MOST_POINTS = 64;

/** Memory for the pairwise slopes and residuals of one fit, made once and used again. */
export interface TheilSenScratch {
  readonly slopes: Float64Array;
  readonly residuals: Float64Array;
  /** For shapes that fit a line in a transformed x: one that is tried, and the best so far. */
  readonly transformed: Float64Array;
  readonly best: Float64Array;
}

export function makeScratch(): TheilSenScratch {
  return {
    slopes: new Float64Array((MOST_POINTS * (MOST_POINTS - 1)) / 2),
    residuals: new Float64Array(MOST_POINTS),
    transformed: new Float64Array(MOST_POINTS),
    best: new Float64Array(MOST_POINTS),
  };
}

/**
 * Theil-Sen line through the points `from <= i < to`: the median of all pairwise slopes (Theil 1950; Sen, JASA 63,
 * 1968). The interval takes the slopes at ranks (N - C) / 2 and (N + C) / 2 + 1, counted from 1 and rounded outwards,
 * with C = z sqrt(n(n-1)(2n+5)/18) (Sen 1968, section 6; Gilbert, Statistical Methods, 1987, section 16.4), widened
 * by sqrt((1+r)/(1-r)) for residuals whose lag-1 autocorrelation r is positive, since Kendall's variance takes them
 * for independent (after Hamed & Rao, J. Hydrology 204, 1998).
 *
 * `z` is the normal score of the confidence; 0 leaves the interval out. x must not decrease; pairs with equal x are
 * left out. Null with fewer than three points or no pair.
 */
export function theilSen(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  from: number,
  to: number,
  z: number,
  scratch: TheilSenScratch,
  isUnordered = false,
): RobustLine | null {
  const n = to - from;
  if (n < 3 || n > MOST_POINTS) return null;
  const { slopes, residuals } = scratch;
  let pairs = 0;
  for (let i = from; i < to; i++) {
    const xi = x[i];
    const yi = y[i];
    for (let j = i + 1; j < to; j++) {
      const run = x[j] - xi;
      if (run > 0 || (isUnordered && run < 0)) slopes[pairs++] = (y[j] - yi) / run;
    }
  }
  if (pairs === 0) return null;
  const slope = medianInPlace(slopes, pairs);
  for (let i = 0; i < n; i++) residuals[i] = y[from + i] - slope * x[from + i];
  const autocorrelation = z === 0 ? 0 : lagOne(residuals, n);
  const intercept = medianInPlace(residuals, n);
  if (z === 0) return { slope, intercept, low: slope, high: slope };
  const widen = Math.sqrt((1 + autocorrelation) / (1 - autocorrelation));
  const c = z * widen * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const lowRank = Math.max(0, Math.floor((pairs - c) / 2) - 1);
  const middle = pairs >> 1;
  const highRank = Math.min(pairs - 1, Math.ceil((pairs + c) / 2));
  return {
    slope,
    intercept,
    // The search for the median has parted the slopes there already.
    low: selectWithin(slopes, 0, middle, lowRank),
    high: selectWithin(slopes, middle, pairs - 1, highRank),
  };
}

/** Lag-1 autocorrelation about the mean, held within 0 and 0.9. */
function lagOne(values: Float64Array, n: number): number {
  let mean = 0;
  for (let i = 0; i < n; i++) mean += values[i];
  mean /= n;
  let product = 0;
  let square = 0;
  for (let i = 0; i < n; i++) {
    const d = values[i] - mean;
    square += d * d;
    if (i > 0) product += d * (values[i - 1] - mean);
  }
  return square > 0 ? Math.min(0.9, Math.max(0, product / square)) : 0;
}
