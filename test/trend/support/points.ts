import assert from 'node:assert/strict';
import { makeScratch } from '../../../src/trend/estimators/theil-sen.js';
import type { Fit, Points, SHAPES } from '../../../src/trend/shapes/index.js';
import { makePoints, SLOPE_SCORE } from '../../../src/trend/shapes/shape.js';
import { seededRandom } from '../../support/random.js';

export const scratch = makeScratch();

export type Curve = (x: number) => number;

/** `n` points from x = 0 to 1 on a curve; with the rate of requests at each, where one is given. */
export function pointsOn(curve: Curve, n = 24, rate?: Curve): Points {
  const points = makePoints(n);
  points.n = n;
  points.hasRate = rate !== undefined;
  for (let i = 0; i < n; i++) {
    points.x[i] = i / (n - 1);
    points.y[i] = curve(points.x[i]);
    points.rate[i] = rate?.(points.x[i]) ?? Number.NaN;
  }
  return points;
}

/** About normal, mean 0, deviation 1 (Irwin-Hall of twelve). */
export function normalNoise(seed: number): () => number {
  const random = seededRandom(seed);
  return () => Array.from({ length: 12 }, random).reduce((sum, each) => sum + each, -6);
}

export function fitted(model: (typeof SHAPES)[number], points: Points, score = SLOPE_SCORE): Fit {
  const fit = model.fit(points, 0, points.n, scratch, score);
  assert.ok(fit, `${model.shape} was not fitted`);
  return fit;
}

export function isNear(found: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(found - expected) <= tolerance, `${found}, expected ${expected} +- ${tolerance}`);
}
