import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Shape } from '../../src/trend/index.js';
import { rangeOf } from '../../src/trend/points.js';
import { flat } from '../../src/trend/shapes/flat.js';
import { type Points, SHAPES } from '../../src/trend/shapes/index.js';
import { linear, linearOfLate } from '../../src/trend/shapes/linear.js';
import { saturating } from '../../src/trend/shapes/saturating.js';
import { SLOPE_SCORE } from '../../src/trend/shapes/shape.js';
import { MIB } from './support/node.js';
import { type Curve, fitted, isNear, normalNoise, pointsOn, scratch } from './support/points.js';

const accelerating = SHAPES.find(({ shape }) => shape === 'accelerating')!;

describe('a shape goes on along the formula that its points were made by', () => {
  const curves: readonly (readonly [string, (typeof SHAPES)[number], (x: number) => number, number])[] = [
    ['flat', flat, () => 300 * MIB, 0],
    ['a line', linear, (x) => (300 + 50 * x) * MIB, 4],
    ['a falling line', linear, (x) => (300 - 50 * x) * MIB, 4],
    ...[0.12, 0.25, 0.5, 1].map(
      (tau) =>
        [
          `saturating, tau ${tau}`,
          saturating,
          (x: number) => (300 + 90 * (1 - Math.exp(-x / tau))) * MIB,
          4,
        ] as const,
    ),
    ...[0.15, 0.3, 0.6].map(
      (tau) =>
        [
          `accelerating, tau ${tau}`,
          accelerating,
          (x: number) => (300 + Math.exp(x / tau)) * MIB,
          0.4,
        ] as const,
    ),
  ];
  for (const [what, model, curve, ahead] of curves) {
    it(what, () => {
      const fit = fitted(model, pointsOn(curve));
      for (const x of [1, 1 + ahead / 4, 1 + ahead]) isNear(fit.level(x, 0), curve(x), 1e-6 * curve(x));
    });
  }

  it('a line of late, over what lies after the bend', () => {
    const points = pointsOn((x) => (300 + 120 * Math.max(0, x - 0.5)) * MIB);
    const fit = linearOfLate.fit(points, points.n / 2, points.n, scratch, SLOPE_SCORE);
    for (const x of [1, 2, 5]) isNear(fit!.level(x, 0), (300 + 120 * (x - 0.5)) * MIB, 1);
  });

  it('a time constant between those that are tried stays within a seventh of the climb', () => {
    for (const tau of [0.17, 0.35, 0.7]) {
      const curve = (x: number): number => 1 - Math.exp(-x / tau);
      const fit = fitted(saturating, pointsOn(curve));
      isNear(fit.level(1, 0), curve(1), 0.05);
      isNear(fit.level(2, 0), curve(2), 0.15);
    }
  });

  it('what accelerates does not do so for ever: beyond half a stretch it is a straight line', () => {
    const fit = fitted(
      accelerating,
      pointsOn((x) => Math.exp(x / 0.15)),
    );
    const steps = [2, 3, 4, 5].map((x) => fit.level(x, 0));
    isNear((steps[1] - steps[0]) / (steps[3] - steps[2]), 1, 1e-9);
  });

  it('what falls is neither saturating nor accelerating', () => {
    const falling = pointsOn((x) => 300 - 50 * x);
    assert.equal(saturating.fit(falling, 0, falling.n, scratch, 0), null);
    assert.equal(accelerating.fit(falling, 0, falling.n, scratch, 0), null);
  });

  it('is not fitted to too few points, and says so', () => {
    for (const model of SHAPES) {
      const none = pointsOn((x) => x, 2);
      assert.equal(model.fit(none, 0, 0, scratch, 0), null, model.shape);
      if (model !== flat) assert.equal(model.fit(none, 0, 2, scratch, 0), null, model.shape);
    }
  });
});

/** Those that move by leaps or in waves: between two points of theirs a level is passed, not seen. */
const LEAPING: readonly Shape[] = ['stepwise', 'periodic'];

describe('every shape', () => {
  const seed = fc.integer();
  const climb = fc.integer({ min: 1, max: 400 });
  const noise = fc.integer({ min: 0, max: 40 });
  const n = fc.integer({ min: 10, max: 24 });
  const noisy = (curve: Curve, points: number, scale: number, from: number, rate?: Curve): Points => {
    const random = normalNoise(from);
    return pointsOn((x) => (curve(x) + scale * random()) * MIB, points, rate);
  };
  /** A climb of any steepness with noise, under traffic that grows with it, in waves. */
  const climbs = fc.record({ seed, climb, noise, n }).map(({ seed, climb, noise, n }) =>
    noisy(
      (x) => 500 + climb * x,
      n,
      noise,
      seed,
      (x) => 1 + 2 * x + 0.5 * Math.sin(12 * x),
    ),
  );
  const staircases = fc
    .record({ seed, climb, steps: fc.integer({ min: 3, max: 6 }) })
    .map(({ seed, climb, steps }) =>
      noisy((x) => 500 + (climb / steps) * Math.floor(x * (steps + 0.5)), 32, climb / 500, seed),
    );
  const waves = fc
    .record({
      seed,
      climb,
      crests: fc.integer({ min: 2, max: 4 }),
      drift: fc.integer({ min: -50, max: 100 }),
    })
    .map(({ seed, climb, crests, drift }) =>
      noisy(
        (x) => 500 + drift * x - climb * Math.cos(2 * Math.PI * (crests + 0.4) * x),
        32,
        climb / 100,
        seed,
      ),
    );
  const any = fc.oneof(climbs, staircases, waves);
  const scores = fc.constantFrom(-1.5, -0.5, 0, 0.5, 1.5);

  for (const model of SHAPES) {
    const by: string | undefined = 'by' in model ? model.by : undefined;
    const name = `${model.shape} over the ${model.over}${by ? `, by ${by}` : ''}`;
    it(`${name}: crosses a target where its level is the target, never before now`, () => {
      let crossed = 0;
      fc.assert(
        fc.property(any, scores, fc.integer({ min: -50, max: 200 }), (points, score, above) => {
          const target = points.y[points.n - 1] + (above / 100) * rangeOf(points);
          const fit = model.fit(points, 0, points.n, scratch, SLOPE_SCORE);
          if (!fit) return;
          const x = fit.crossing(target, 1, score);
          assert.ok(x >= 1);
          if (fit.level(1, score) >= target) {
            assert.equal(x, 1);
          } else if (x === Number.POSITIVE_INFINITY) {
            for (const later of [1, 2, 10]) assert.ok(fit.level(later, score) <= target * (1 + 1e-9));
          } else if (x < 1e3) {
            crossed++;
            // A leap is there a moment later at the latest.
            const there = Math.max(fit.level(x, score), fit.level(x + 1e-9, score));
            assert.ok(there >= target * (1 - 1e-6), `${there} of ${target}`);
            if (LEAPING.includes(model.shape)) return;
            isNear(there, target, 1e-6 * target);
            // Nearer than that to now, both are the same number but for rounding.
            if (x > 1 + 1e-9) assert.ok(fit.level(1 + (x - 1) * 0.99, score) < target);
          }
        }),
        // Few of the cases have traffic that explains the level.
        { numRuns: model.shape === 'load-driven' || by ? 1500 : 300 },
      );
      assert.ok(model === flat || crossed > 3, `${crossed} crossings seen`);
    });

    it(`${name}: a higher score is never lower, nor later`, () => {
      fc.assert(
        fc.property(any, scores, scores, (points, one, other) => {
          const fit = model.fit(points, 0, points.n, scratch, SLOPE_SCORE);
          if (!fit) return;
          const [low, high] = [Math.min(one, other), Math.max(one, other)];
          for (const x of [1, 1.5, 4]) assert.ok(fit.level(x, low) <= fit.level(x, high) + 1e-6);
          assert.ok(fit.crossing(900 * MIB, 1, low) >= fit.crossing(900 * MIB, 1, high));
        }),
      );
    });
  }

  it('that is flat never crosses what lies above it', () => {
    const fit = fitted(
      flat,
      pointsOn(() => 100),
    );
    assert.equal(fit.crossing(100.001, 1, 3), Number.POSITIVE_INFINITY);
    assert.equal(fit.crossing(100, 1, -3), 1);
  });
});
