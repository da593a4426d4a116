import { theilSen } from '../estimators/theil-sen.js';
import { leastSquaresResidual } from './least-squares.js';
import { along, type ShapeModel, slopeDeviation } from './shape.js';

/** Time constants to choose from, as shares of the stretch: beyond 0.6 the curve cannot be told from a line. */
const TIME_CONSTANTS = [0.15, 0.3, 0.6];

/** No forecast goes on to bend for longer than this share of the stretch; from there on it is a straight line. */
const BEND_AHEAD = 0.5;

/**
 * Growth that feeds itself, y = a + b (exp(x / tau) - 1): a leak under growing traffic, survivors that take the load
 * of the fallen. For each tau a line in u = exp(x / tau), fitted by Theil-Sen; the tau with the least squared residuals
 * under ordinary least squares is taken. Nothing accelerates for ever: some way ahead it goes on at its last slope.
 */
function bent(over: ShapeModel['over'], prior: number): ShapeModel {
  return {
    shape: 'accelerating',
    over,
    prior,
    fit(points, from, to, scratch, score) {
      if (to - from < 6) return null;
      let u = scratch.best;
      let trial = scratch.transformed;
      const { x } = points;
      const start = x[from];
      const length = x[to - 1] - start;
      if (!(length > 0)) return null;
      let tau = 0;
      let least = Number.POSITIVE_INFINITY;
      for (const candidate of TIME_CONSTANTS) {
        for (let i = from; i < to; i++) trial[i] = Math.exp((x[i] - start) / (candidate * length));
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
      const bendEnd = length * (1 + BEND_AHEAD);
      const straightFrom = Math.exp(bendEnd / tau);
      const curve = {
        uOf(at: number): number {
          const t = at - start;
          return t <= bendEnd ? Math.exp(t / tau) : straightFrom * (1 + (t - bendEnd) / tau);
        },
        xOf: (v: number): number =>
          start + (v <= straightFrom ? tau * Math.log(v) : bendEnd + tau * (v / straightFrom - 1)),
      };
      return along(curve, now, line.intercept + line.slope * now, line.slope, slopeDeviation(line));
    },
  };
}

/** Over the whole stretch. */
export const accelerating = bent('whole', 0.03);

/** Since the newest break: a process that has warmed up first bends only then. */
export const acceleratingOfLate = bent('climb', 0.11);
