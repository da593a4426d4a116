import { medianInPlace } from '../estimators/order.js';
import type { ShapeModel } from './shape.js';

/** Nothing grows: the level stays at the median of the newest third. Crosses only what it has reached already. */
export const flat: ShapeModel = {
  shape: 'flat',
  over: 'regime',
  prior: 0.08,
  fit(points, from, to, scratch) {
    const n = to - from;
    if (n < 1) return null;
    const start = to - Math.max(1, Math.floor(n / 3));
    const { residuals } = scratch;
    for (let i = start; i < to; i++) residuals[i - start] = points.y[i];
    const level = medianInPlace(residuals, to - start);
    return {
      level: () => level,
      crossing: (target, x) => (level >= target ? x : Number.POSITIVE_INFINITY),
    };
  },
};
