import { lineOf } from '../estimators/known-lines.js';
import { alongLine, type ShapeModel, SLOPE_SCORE } from './shape.js';

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
      const deviation = (line.high - line.low) / (2 * SLOPE_SCORE);
      const now = points.x[to - 1];
      return alongLine(now, line.intercept + line.slope * now, line.slope, deviation);
    },
  };
}

/** Growth over the whole stretch, whatever else came meanwhile. */
export const linear = straight('whole', 0.08);

/** Growth since the newest break. */
export const linearOfLate = straight('regime', 0.11);

/** Growth since the climb began. */
export const linearClimb = straight('climb', 0.06);
