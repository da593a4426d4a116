import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { gatherByAge, gatherPeaks, gatherRates, MOST_POINTS_FITTED } from '../../src/trend/points.js';
import { makePoints } from '../../src/trend/shapes/shape.js';
import { BUCKETS, Window } from '../../src/trend/window.js';
import { MINUTE } from './support/node.js';
import { isNear } from './support/points.js';

const into = makePoints(MOST_POINTS_FITTED);

/** So many buckets, a minute apart, of levels that are their own number. */
function numbered(n: number) {
  const column = Float64Array.from({ length: n }, (_, i) => i);
  return { n, time: column.map((i) => i * MINUTE), level: column };
}

function gather(n: number, first = 0, isFloor: Uint8Array | null = null) {
  gatherByAge(numbered(n), first, first * MINUTE, (n - 1 - first) * MINUTE, into, isFloor);
  return [...into.y.subarray(0, into.n)];
}

/** How many buckets each point is the mean of: their numbers follow from those means. */
function sizesOf(means: readonly number[], first: number): number[] {
  let next = first;
  return means.map((mean) => {
    const size = Math.round(2 * (mean - next)) + 1;
    next += size;
    return size;
  });
}

describe('points gathered by age', () => {
  it('are one bucket each for the newest, ever more the older they are', () => {
    const sizes = sizesOf(gather(BUCKETS), 0);
    assert.deepEqual(sizes.slice(-10), new Array(10).fill(1));
    // The oldest takes what is left.
    for (let i = 2; i < sizes.length; i++) assert.ok(sizes[i] <= sizes[i - 1], sizes.join());
    assert.ok(sizes.length <= MOST_POINTS_FITTED && sizes[1] > 4, sizes.join());
  });

  it('use every bucket from the first on exactly once, in order, from 0 to 1', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: BUCKETS }),
        fc.nat({ max: BUCKETS - 2 }),
        fc.option(fc.array(fc.boolean(), { minLength: BUCKETS, maxLength: BUCKETS })),
        (n, skipped, floors) => {
          const first = skipped % (n - 1);
          const means = gather(n, first, floors && Uint8Array.from(floors, Number));
          const sizes = sizesOf(means, first);
          assert.ok(sizes.every((size) => size >= 1));
          assert.equal(
            sizes.reduce((sum, size) => sum + size, 0),
            n - first,
          );
          const x = [...into.x.subarray(0, into.n)];
          x.forEach((each, i) => {
            isNear(each, (means[i] - first) / (n - 1 - first), 1e-9);
          });
        },
      ),
    );
  });

  it('each have a floor in them, up to the last one', () => {
    const isFloor = new Uint8Array(60);
    for (let i = 3; i < 50; i += 7) isFloor[i] = 1;
    const sizes = sizesOf(gather(60, 0, isFloor), 0);
    let bucket = 0;
    for (const size of sizes) {
      const seen = isFloor.subarray(bucket, bucket + size).includes(1);
      bucket += size;
      if (bucket <= 46) assert.ok(seen, `none before bucket ${bucket}: ${sizes.join()}`);
    }
  });
});

describe('what else was measured at the points', () => {
  const blank = { heapUsed: 1, heapAfterGc: 1, pause: 0, collections: 0 };
  function windowOf(n: number, seen: (i: number) => { rss: number; requests: number }): Window {
    const window = new Window(1e12);
    for (let i = 0; i < n; i++) window.push({ time: i * MINUTE, ...blank, ...seen(i) });
    gather(n);
    return window;
  }

  it('are the requests a ms', () => {
    const window = windowOf(60, (i) => ({ rss: 1, requests: 600 + 10 * i }));
    gatherRates(window, into);
    assert.ok(into.hasRate);
    // The first bucket counts since nobody knows when.
    for (let i = 1; i < into.n; i++) isNear(into.rate[i], (600 + 10 * into.y[i]) / MINUTE, 1e-9);
  });

  it('take on the rate around a gap, and are none where no request was ever counted', () => {
    const gap = windowOf(60, (i) => ({ rss: 1, requests: i > 52 || i < 20 ? Number.NaN : 600 }));
    gatherRates(gap, into);
    assert.ok(into.hasRate);
    for (let i = 0; i < into.n; i++) isNear(into.rate[i], 600 / MINUTE, 1e-12);
    gatherRates(
      windowOf(60, () => ({ rss: 1, requests: Number.NaN })),
      into,
    );
    assert.equal(into.hasRate, false);
  });

  it('are the means of the peaks', () => {
    const window = windowOf(60, (i) => ({ rss: 1000 + i, requests: 0 }));
    const peaks = new Float64Array(MOST_POINTS_FITTED);
    gatherPeaks(window, into.n, peaks);
    for (let i = 0; i < into.n; i++) isNear(peaks[i], 1000 + into.y[i], 1e-9);
  });
});
