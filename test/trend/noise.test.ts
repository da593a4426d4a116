import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noiseDeviation } from '../../src/trend/estimators/noise.js';
import { isNear, normalNoise } from './support/points.js';

describe('the noise of points', () => {
  it('is that of Gasser, Sroka and Jennen-Steinmetz, worked out by hand', () => {
    // Evenly spaced: misses -1.5, 3 and -1.5 by half of both neighbours, each over 1.5, of three.
    isNear(
      noiseDeviation([0, 1, 2, 3, 4], [0, 1, 5, 3, 4], 5),
      Math.sqrt((1.5 ** 2 + 3 ** 2 + 1.5 ** 2) / 1.5 / 3),
      1e-12,
    );
    // At 1 of 0 to 4: three quarters of the one, a quarter of the other.
    const miss = 0.75 * 2 + 0.25 * 6 - 7;
    isNear(
      noiseDeviation([0, 1, 4], [2, 7, 6], 3),
      Math.sqrt(miss ** 2 / (0.75 ** 2 + 0.25 ** 2 + 1)),
      1e-12,
    );
  });

  it('is none on a line, however unevenly its points lie', () => {
    const x = [0, 1, 1.5, 4, 11, 11.5, 30];
    isNear(
      noiseDeviation(
        x,
        x.map((each) => 7 - 3 * each),
        x.length,
      ),
      0,
      1e-12,
    );
  });

  it('is found about a curve, to a few percent', () => {
    const x = Array.from({ length: 32 }, (_, i) => Math.sqrt(i / 31));
    let squares = 0;
    const RUNS = 400;
    for (let seed = 1; seed <= RUNS; seed++) {
      const random = normalNoise(seed);
      squares +=
        noiseDeviation(
          x,
          x.map((each) => 40 * each ** 2 + 2 * random()),
          x.length,
        ) ** 2;
    }
    isNear(Math.sqrt(squares / RUNS), 2, 0.1);
  });

  it('counts a step, which no curve foretells', () => {
    const x = Array.from({ length: 20 }, (_, i) => i);
    const step = noiseDeviation(
      x,
      x.map((each) => (each < 10 ? 0 : 60)),
      x.length,
    );
    isNear(step, Math.sqrt((2 * 30 ** 2) / 1.5 / 18), 1e-12);
  });

  it('is not known of fewer than three points, and a number where points share their time', () => {
    assert.equal(noiseDeviation([0, 1], [0, 5], 2), 0);
    assert.ok(Number.isFinite(noiseDeviation([1, 1, 1, 1], [0, 5, 0, 5], 4)));
  });
});
