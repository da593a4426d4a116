import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { forecastNeed } from '../../src/trend/index.js';
import { heapEndOf } from '../../src/trend/limits.js';
import { HOUR, LoneNode, MIB, MINUTE, START } from './support/node.js';
import { isNear } from './support/points.js';

const LIMIT = 1000;

/** Each life by its use of the heap, minute by minute, of a limit of 1000 MiB. */
function endIn(labels: Readonly<Record<string, string>>, ...lives: readonly (readonly number[])[]) {
  const node = new LoneNode([forecastNeed(2 * HOUR)]);
  let time = START;
  lives.forEach((life, i) => {
    for (const heap of life) {
      const sent = { heap_used: heap * MIB, heap_limit: LIMIT * MIB, start_time: START / 1000 + i * 100 };
      node.send(time, sent, labels);
      time += MINUTE;
    }
  });
  return heapEndOf(node.process);
}

const endOf = (...lives: readonly (readonly number[])[]) => endIn({}, ...lives);

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

describe('where a heap of a runtime that is named ends', () => {
  const node = { runtime: 'nodejs' };

  it('is what that runtime is known for', () => {
    isNear(endIn(node, [100, 200]).share, (0.82 + 0.93) / 2, 1e-9);
    isNear(endIn(node, [100, 200]).spread, 0.11 / Math.sqrt(12), 1e-9);
    for (const runtime of ['java', 'OpenJDK Runtime Environment'])
      isNear(endIn({ runtime }, [100, 200]).share, 0.975, 1e-9);
    for (const runtime of ['go', '']) isNear(endIn({ runtime }, [100, 200]).share, 0.925, 1e-9);
  });

  it('is higher than what was lived through, also where the runtime does not live through that', () => {
    isNear(endIn(node, [100, 900, 300]).share, (0.9 + 0.93) / 2, 1e-6);
    isNear(endIn(node, [100, 960, 300]).share, 0.98, 1e-6);
  });

  it('is where it ended before', () => {
    isNear(endIn({ runtime: 'java' }, [100, 880], [100, 200]).share, 0.95, 1e-6);
    isNear(endIn({ runtime: 'java' }, [100, 970], [100, 200]).share, 0.97, 1e-6);
    isNear(endIn(node, [100, 840], [100, 200]).share, 0.84, 1e-6);
  });
});
