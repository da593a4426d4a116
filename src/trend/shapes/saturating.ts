import { theilSen } from '../estimators/theil-sen.js';
import { leastSquaresResidual } from './least-squares.js';
import { along, type ShapeModel, slopeDeviation } from './shape.js';

/** Time constants to choose from, as shares of the stretch: beyond 1 the curve cannot be told from a line. */
const TIME_CONSTANTS = [0.12, 0.25, 0.5, 1];

/**
 * Growth that slows towards a ceiling, y = a + b (1 - exp(-x / tau)): a cache that warms up. For each tau the curve
 * is a line in u = 1 - exp(-x / tau), so it is fitted by Theil-Sen in u; the tau with the least squared residuals
 * under ordinary least squares is taken.
 */
export const saturating: ShapeModel = {
  shape: 'saturating',
  over: 'climb',
  prior: 0.08,
  fit(points, from, to, scratch, score) {
    if (to - from < 5) return null;
    let u = scratch.best;
    let trial = scratch.transformed;
    const { x } = points;
    const start = x[from];
    const length = x[to - 1] - start;
    if (!(length > 0)) return null;
    let tau = 0;
    let least = Number.POSITIVE_INFINITY;
    for (const candidate of TIME_CONSTANTS) {
      for (let i = from; i < to; i++) trial[i] = 1 - Math.exp((start - x[i]) / (candidate * length));
      const residual = leastSquaresResidual(trial, points.y, from, to);
      if (residual < least) {
        least = residual;
        tau = candidate * length;
        [u, trial] = [trial, u];
      }
    }
    if (tau === 0) return null;
    const line = theilSen(u, points.y, from, to, score, scratch);
    if (!line || line.slope <= 0) return null;
    const now = u[to - 1];
    const curve = {
      uOf: (at: number): number => 1 - Math.exp((start - at) / tau),
      xOf: (v: number): number => (v < 1 ? start - tau * Math.log(1 - v) : Number.POSITIVE_INFINITY),
    };
    return along(curve, now, line.intercept + line.slope * now, line.slope, slopeDeviation(line));
  },
};
