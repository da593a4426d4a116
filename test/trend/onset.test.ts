import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findRegime } from '../../src/trend/onset.js';
import { noiseOf } from '../../src/trend/weigh.js';
import { type Curve, normalNoise, pointsOn } from './support/points.js';

const seeds = Array.from({ length: 30 }, (_, i) => i + 1);

function regimeOf(curve: Curve, noise = 0, seed = 1, n = 32) {
  const random = normalNoise(seed);
  const points = pointsOn((x) => curve(x) + noise * random(), n);
  return findRegime(points, noiseOf(points));
}

describe('the newest regime', () => {
  for (const bend of [0.3, 0.5, 0.75]) {
    it(`begins at the bend at ${bend} of the stretch`, () => {
      for (const seed of seeds) {
        const { onset, climbStart } = regimeOf((x) => 300 + 600 * Math.max(0, x - bend), 3, seed);
        assert.ok(Math.abs(onset / 31 - bend) < 0.1, `seed ${seed}: ${onset / 31}`);
        // What came before was no climb.
        assert.equal(climbStart, onset);
      }
    });
  }

  it('begins where a climb came to its end', () => {
    const { onset, climbStart } = regimeOf((x) => 300 + 300 * Math.min(x, 0.5), 1);
    assert.ok(Math.abs(onset / 31 - 0.5) < 0.1);
    assert.equal(climbStart, onset);
  });

  it('is the whole of a line', () => {
    for (const seed of seeds) {
      assert.deepEqual(
        regimeOf((x) => 300 + 80 * x, 3, seed),
        { onset: 0, climbStart: 0 },
        `seed ${seed}`,
      );
    }
  });

  it('is the whole of a level in noise, nearly always', () => {
    const whole = seeds.filter((seed) => regimeOf(() => 300, 10, seed).onset === 0);
    assert.ok(whole.length >= 29, `${whole.length} of 30`);
  });

  it('is the whole of too few points', () => {
    assert.deepEqual(
      regimeOf((x) => Math.max(0, x - 0.5), 0, 1, 7),
      { onset: 0, climbStart: 0 },
    );
  });

  it('does not begin at a step in the middle: a step is no new pace', () => {
    assert.equal(regimeOf((x) => (x < 0.5 ? 300 : 500), 2).onset, 0);
  });
});

describe('the climb', () => {
  it('goes back over a bend where it only got steeper', () => {
    // A third of the pace before the bend is the same climb; nothing before it is not.
    const steeper = regimeOf((x) => 300 + 100 * x + 200 * Math.max(0, x - 0.5));
    assert.ok(steeper.onset > 10);
    assert.equal(steeper.climbStart, 0);
  });

  it('begins with the newest regime where it was ten times slower before', () => {
    const fresh = regimeOf((x) => 300 + 30 * x + 270 * Math.max(0, x - 0.5));
    assert.ok(fresh.onset > 10);
    assert.equal(fresh.climbStart, fresh.onset);
  });

  it('is none where the newest regime falls', () => {
    const { onset, climbStart } = regimeOf((x) => 300 + 200 * x - 500 * Math.max(0, x - 0.5));
    assert.ok(onset > 10);
    assert.equal(climbStart, onset);
  });
});
