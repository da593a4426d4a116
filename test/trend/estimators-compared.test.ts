// Estimators against implementations of other people.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import jstat from 'jstat';
import { Matrix, solve } from 'ml-matrix';
import { TheilSenRegression } from 'ml-regression-theil-sen';
import { normalQuantile } from '../../src/trend/estimators/normal.js';
import { theilSen } from '../../src/trend/estimators/theil-sen.js';
import { findRegime } from '../../src/trend/onset.js';
import type { Points } from '../../src/trend/shapes/index.js';
import { leastSquaresResidual } from '../../src/trend/shapes/least-squares.js';
import { isNear, normalNoise, pointsOn, scratch } from './support/points.js';

const seeds = Array.from({ length: 25 }, (_, i) => i + 1);

/** Sum of squared residuals of y on these columns and a constant, by QR decomposition. */
function residualOn(columns: readonly (readonly number[])[], y: readonly number[]): number {
  const design = Matrix.columnVector(y.map(() => 1));
  columns.forEach((column, i) => {
    design.addColumn(i + 1, [...column]);
  });
  const wanted = Matrix.columnVector([...y]);
  const left = Matrix.sub(wanted, design.mmul(solve(design, wanted)));
  return left.to1DArray().reduce((sum, each) => sum + each * each, 0);
}

describe('Theil-Sen', () => {
  it('gives the slope that ml-regression-theil-sen gives, and an intercept that halves the residuals', () => {
    // Of an even number of pairs theirs takes one of the middle two, not their mean: so 4 k + 2 points, which have an odd one.
    for (const seed of seeds) {
      const random = normalNoise(seed);
      const points = pointsOn((x) => 300 + 50 * x + 20 * random(), 6 + 4 * (seed % 10));
      const [x, y] = [[...points.x], [...points.y]];
      const line = theilSen(x, y, 0, points.n, 0, scratch);
      const theirs = new TheilSenRegression(x, y);
      assert.ok(line);
      isNear(line.slope, theirs.slope, 1e-9);
      const above = y.filter((each, i) => each > line.intercept + line.slope * x[i] + 1e-9).length;
      const below = y.filter((each, i) => each < line.intercept + line.slope * x[i] - 1e-9).length;
      assert.ok(Math.abs(above - below) <= 1, `${above} above, ${below} below`);
    }
  });
});

describe('the quantile of the normal distribution', () => {
  it('is that of jstat', () => {
    for (let p = 0.001; p < 1; p += 0.007) isNear(normalQuantile(p), jstat.jStat.normal.inv(p, 0, 1), 1e-8);
  });
});

describe('least squares', () => {
  it('leave what a decomposition of ml-matrix leaves', () => {
    for (const seed of seeds) {
      const random = normalNoise(seed);
      const { x, y, n } = pointsOn((x) => 1e9 + 50 * x + 20 * random(), 30);
      isNear(leastSquaresResidual(x, y, 0, n), residualOn([[...x]], [...y]), 1e-3);
    }
  });
});

describe('the bend of a broken line', () => {
  /** By trying every point: the residuals of a line, and the bend that leaves the least of them. */
  function bestBend({ x, y, n }: Points): { readonly at: number; readonly share: number } {
    const [xs, ys] = [[...x.subarray(0, n)], [...y.subarray(0, n)]];
    const whole = residualOn([xs], ys);
    let at = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 3; i <= n - 4; i++) {
      const left = residualOn([xs, xs.map((each) => Math.max(0, each - x[i]))], ys);
      if (left < least) {
        least = left;
        at = i;
      }
    }
    return { at, share: least / whole };
  }

  it('is where trying every point by another least squares finds it', () => {
    let compared = 0;
    for (const seed of seeds) {
      const random = normalNoise(seed);
      const points = pointsOn((x) => 300 + 400 * Math.max(0, x - 0.3 - seed / 60) + 6 * random());
      // No noise is taken off, so that the two weigh the same.
      const expected = bestBend(points);
      const { onset } = findRegime(points, 0);
      if (expected.share > 0.45) continue;
      // A second bend may be found after the first one, never before it.
      assert.ok(onset >= expected.at, `${onset}, expected ${expected.at}`);
      if (onset === expected.at) compared++;
    }
    assert.ok(compared >= 20, `${compared} of 25 the same`);
  });
});
