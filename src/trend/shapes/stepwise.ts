import { medianInPlace } from '../estimators/order.js';
import type { ShapeModel } from './shape.js';

/** A step is so many times the usual change between points, and at least this share of the climb. */
const STEP_OF_USUAL = 5;
const STEP_OF_CLIMB = 0.07;

/** Fewer steps have no rhythm, and steps that leave more than this share of the climb to something else are not the cause. */
const LEAST_STEPS = 3;
const LEAST_OF_CLIMB = 0.7;

/**
 * Growth in steps of about one size, about one interval apart: a batch that keeps what it loaded, an allocator that grows by
 * arenas. Flat until the next step is due. A renewal process: after k steps the time is k intervals, give or take
 * sqrt(k) deviations of one (Cox, Renewal Theory, 1962); so the score shifts the k-th step by cv / sqrt(k) of itself, where cv is
 * the intervals' own coefficient of variation.
 */
export const stepwise: ShapeModel = {
  shape: 'stepwise',
  over: 'climb',
  prior: 0.04,
  fit({ x, y }, from, to, scratch, score) {
    const n = to - from;
    if (n < 8) return null;
    const climb = y[to - 1] - y[from];
    if (!(climb > 0)) return null;
    const { residuals } = scratch;
    for (let i = from + 1; i < to; i++) residuals[i - from - 1] = Math.abs(y[i] - y[i - 1]);
    const step = Math.max(STEP_OF_USUAL * medianInPlace(residuals, n - 1), STEP_OF_CLIMB * climb);
    let steps = 0;
    let risen = 0;
    let first = 0;
    let last = 0;
    let squares = 0;
    for (let i = from + 1; i < to; i++) {
      const rise = y[i] - y[i - 1];
      if (rise < step) continue;
      // A step that takes two points is one.
      if (steps > 0 && i - 1 === last) {
        risen += rise;
        last = i;
        continue;
      }
      if (steps === 0) first = i;
      else squares += (x[i] - x[last]) ** 2;
      steps++;
      risen += rise;
      last = i;
    }
    if (steps < LEAST_STEPS || risen < LEAST_OF_CLIMB * climb) return null;
    const size = risen / steps;
    const interval = (x[last] - x[first]) / (steps - 1);
    if (!(interval > 0)) return null;
    const variation = Math.sqrt(Math.max(0, squares / (steps - 1) / interval ** 2 - 1));
    const now = y[to - 1];
    const present = x[to - 1];
    // Overdue is due: where the next step should have come already, it may come at any time.
    const start = Math.max(x[last], present - interval);
    const paced = (normal: number, k: number): number =>
      interval *
      Math.max(0.2, 1 - (score === 0 ? 0 : (normal * Math.max(0.3, variation)) / Math.sqrt(Math.max(1, k))));
    return {
      level: (at, normal) =>
        now + size * Math.max(0, Math.floor((at - start) / paced(normal, (at - start) / interval))),
      crossing(target, at, normal) {
        if (now >= target) return at;
        const k = Math.ceil((target - now) / size);
        return Math.max(at, start + k * paced(normal, k));
      },
    };
  },
};
