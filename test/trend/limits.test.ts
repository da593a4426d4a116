import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { forecastNeed } from '../../src/trend/index.js';
import { heapEndOf } from '../../src/trend/limits.js';
import { HOUR, LoneNode, MIB, MINUTE, START } from './support/node.js';
import { isNear } from './support/points.js';

const LIMIT = 1000;

/** Each life by its use of the heap, minute by minute, of a limit of 1000 MiB. */
function endOf(...lives: readonly (readonly number[])[]) {
  const node = new LoneNode([forecastNeed(2 * HOUR)]);
  let time = START;
  lives.forEach((life, i) => {
    for (const heap of life) {
      node.send(time, { heap_used: heap * MIB, heap_limit: LIMIT * MIB, start_time: START / 1000 + i * 100 });
      time += MINUTE;
    }
  });
  return heapEndOf(node.process);
}

describe('where a heap ends', () => {
  it('is anywhere in the last part of its limit while nothing was seen', () => {
    const { share, spread } = endOf([100, 200]);
    isNear(share, (0.85 + 1) / 2, 1e-9);
    // Standard deviation of what is uniform over that part.
    isNear(spread, 0.15 / Math.sqrt(12), 1e-9);
  });

  it('is higher than what the process has lived through', () => {
    const { share, spread } = endOf([100, 940, 300]);
    isNear(share, 0.97, 1e-6);
    isNear(spread, 0.06 / Math.sqrt(12), 1e-6);
  });

  it('is higher than what an earlier life came down from', () => {
    isNear(endOf([100, 960, 300], [100, 200]).share, 0.98, 1e-6);
  });

  it('is never beyond the limit', () => {
    const { share, spread } = endOf([100, 1100, 300]);
    assert.deepEqual([share, spread], [1, 0]);
  });

  it('is where it ended before: deaths teach, and leave little doubt', () => {
    const { share, spread } = endOf([100, 880], [100, 900], [100, 200]);
    isNear(share, 0.89, 1e-6);
    assert.ok(spread < 0.15 / Math.sqrt(12));
  });

  it('is not lower than what was lived through since', () => {
    isNear(endOf([100, 880], [100, 950, 300]).share, 0.95, 1e-6);
  });
});
