import { lineOf } from '../estimators/known-lines.js';
import { along, BY_TIME, type ShapeModel, slopeDeviation } from './shape.js';

/**
 * A straight line by Theil-Sen, drawn on from its own newest value. The slope's quantiles are taken as normal with the
 * width of Sen's interval.
 */
function straight(over: ShapeModel['over'], prior: number): ShapeModel {
  return {
    shape: 'linear',
    over,
    prior,
    fit(points, from, to, scratch, score) {
      if (to - from < 3) return null;
      const line = lineOf(points, points.y, from, to, score, scratch);
      if (!line) return null;
      const now = points.x[to - 1];
      return along(BY_TIME, now, line.intercept + line.slope * now, line.slope, slopeDeviation(line));
    },
  };
}

/** Growth over the whole stretch, whatever else came meanwhile. */
export const linear = straight('whole', 0.08);

/** Growth since the newest break. */
export const linearOfLate = straight('regime', 0.11);

/** Growth since the climb began. */
export const linearClimb = straight('climb', 0.06);
