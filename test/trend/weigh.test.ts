import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Shape } from '../../src/trend/index.js';
import { findRegime } from '../../src/trend/onset.js';
import { flat } from '../../src/trend/shapes/flat.js';
import { type Points, SHAPES } from '../../src/trend/shapes/index.js';
import { linearOfLate } from '../../src/trend/shapes/linear.js';
import { type Candidate, checkShapes, noiseOf, weighShapes } from '../../src/trend/weigh.js';
import { MIB } from './support/node.js';
import { type Curve, isNear, normalNoise, pointsOn, scratch } from './support/points.js';

function candidatesOf(points: Points, reach = 0.2): Candidate[] {
  const noise = noiseOf(points);
  const regime = findRegime(points, noise);
  const losses = checkShapes(points, regime, reach, noise, scratch);
  return weighShapes(points, regime, losses, noise, scratch, Number.POSITIVE_INFINITY);
}

/** Weight by shape, all that have its name together. */
function weights(points: Points, reach?: number): Map<Shape, number> {
  const byShape = new Map<Shape, number>();
  let sum = 0;
  for (const { shape, weight } of candidatesOf(points, reach)) {
    assert.ok(weight >= 0 && weight <= 1);
    byShape.set(shape, (byShape.get(shape) ?? 0) + weight);
    sum += weight;
  }
  isNear(sum, 1, 1e-9);
  return byShape;
}

function heaviest(points: Points, reach?: number): Shape {
  return [...weights(points, reach)].sort(([, a], [, b]) => b - a)[0][0];
}

const noisy = (curve: Curve, noise: number, seed: number): Points => {
  const random = normalNoise(seed);
  return pointsOn((x) => (curve(x) + noise * random()) * MIB);
};
const seeds = Array.from({ length: 20 }, (_, i) => i + 1);

describe('shapes are weighed by how well they forecast', () => {
  it('beginning with plausibilities that sum to one', () => {
    isNear(
      SHAPES.reduce((total, { prior }) => total + prior, 0),
      1,
      1e-9,
    );
  });

  for (const reach of [0.1, 0.25, 1]) {
    it(`with a reach of ${reach} stretches: a clean line, a curve that flattens, one that steepens`, () => {
      const line = pointsOn((x) => (300 + 50 * x) * MIB);
      assert.equal(heaviest(line, reach), 'linear');
      const warm = pointsOn((x) => (300 + 200 * (1 - Math.exp(-x / 0.25))) * MIB);
      assert.equal(heaviest(warm, reach), 'saturating');
      const feeds = pointsOn((x) => (300 + 50 * Math.exp(x / 0.45)) * MIB);
      assert.equal(heaviest(feeds, reach), 'accelerating');
    });
  }

  it('noise hardly hides a line', () => {
    const lines = seeds.filter((seed) => heaviest(noisy((x) => 300 + 80 * x, 3, seed)) === 'linear');
    assert.ok(lines.length >= 14, `${lines.length} of 20 lines seen as lines`);
  });

  it('noise about a level makes the level likelier than it was before', () => {
    for (const reach of [0.1, 0.25, 1]) {
      const levels = seeds.map(
        (seed) =>
          weights(
            noisy(() => 300, 10, seed),
            reach,
          ).get('flat')!,
      );
      const mean = levels.reduce((total, weight) => total + weight, 0) / levels.length;
      assert.ok(mean > flat.prior, `reach ${reach}: ${mean}`);
    }
    // Among many shapes none need be the heaviest, but against a line the level must gain.
    const gained = seeds.filter((seed) => {
      const seen = weights(
        noisy(() => 300, 10, seed),
        1,
      );
      return seen.get('flat')! / seen.get('linear')! > flat.prior / linearOfLate.prior;
    });
    assert.ok(gained.length >= 12, `${gained.length} of 20 levels gained`);
  });

  it('a level without noise is no more likely to be a line than before anything was seen', () => {
    const seen = weights(pointsOn(() => 300 * MIB));
    assert.ok(seen.get('flat')! >= flat.prior);
    assert.equal(seen.get('saturating'), undefined);
    assert.equal(seen.get('accelerating'), undefined);
  });

  it('scale of bytes does not matter, except for the last bits', () => {
    const shape = (scale: number) => weights(noisy((x) => scale * (300 + 80 * x), 5 * scale, 3));
    const [one, many] = [shape(1), shape(1024)];
    for (const [name, weight] of one) isNear(many.get(name)!, weight, 1e-6);
  });
});

describe('a check', () => {
  it('is not drowned by one surprise long ago', () => {
    // One jump that nobody foresaw, then a level that stays for a long time: what is flat has been right ever since.
    const points = pointsOn((x) => (x < 0.55 ? 100 : 400) * MIB + 1e4 * Math.sin(900 * x), 32);
    const noise = noiseOf(points);
    const losses = checkShapes(points, { onset: 0, climbStart: 0 }, 0.2, noise, scratch);
    const lossOf = (shape: Shape): number =>
      Math.min(...losses.filter((loss, i): loss is number => loss !== null && SHAPES[i].shape === shape));
    assert.ok(lossOf('flat') * 4 < lossOf('accelerating'), `${lossOf('flat')}, ${lossOf('accelerating')}`);
  });
});

describe('a candidate', () => {
  it('that misses what is seen now hardly counts, however well it once did', () => {
    // A level, then a rise within the newest points that no line over all of them has followed.
    const points = pointsOn((x) => (300 + 2000 * Math.max(0, x - 0.9)) * MIB);
    const noise = noiseOf(points);
    const regime = { onset: 20, climbStart: 20 };
    const even = SHAPES.map(() => 1e12);
    const seen = weighShapes(points, regime, even, noise, scratch, Number.POSITIVE_INFINITY);
    const now = points.y[points.n - 1];
    const by = (isNearNow: boolean) =>
      seen.filter(({ fit }) => Math.abs(fit.level(1, 0) - now) < 0.2 * (now - 300 * MIB) === isNearNow);
    const weight = (some: readonly Candidate[]) => some.reduce((total, each) => total + each.weight, 0);
    assert.ok(by(true).length > 0 && by(false).length > 0);
    assert.ok(weight(by(true)) > 4 * weight(by(false)), `${weight(by(true))} to ${weight(by(false))}`);
  });

  it('is doubted for every climb of its kind that was released before', () => {
    const climb = 200;
    const beliefs = [0, 1, 2].map((released) => {
      // So many climbs that were let go, then one that is under way.
      const curve = (x: number): number => 300 + climb * ((x * (released + 0.999)) % 1);
      const points = pointsOn((x) => curve(x) * MIB, 32);
      const start = Math.ceil((31 * released) / (released + 0.999));
      const regime = { onset: start, climbStart: start };
      const seen = weighShapes(
        points,
        regime,
        SHAPES.map(() => 1e12),
        noiseOf(points),
        scratch,
        Number.POSITIVE_INFINITY,
      );
      return Math.min(...seen.map(({ belief }) => belief));
    });
    assert.deepEqual(
      beliefs.map((each) => Number(each.toFixed(3))),
      beliefs.map((_, n) => Number((1 / (1 + n)).toFixed(3))),
    );
  });
});
