import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { oddsWithin } from '../../src/trend/index.js';
import { isNear } from './support/points.js';

describe('the odds within a time', () => {
  const odds = [
    [10, 0.1],
    [20, 0.3],
    [80, 0.9],
  ] as const;

  it('are those told for it', () => {
    for (const [ms, probability] of odds) isNear(oddsWithin({ odds }, ms)!, probability, 1e-12);
  });

  it('between two told times lie on a line between them, and rise from nothing now', () => {
    isNear(oddsWithin({ odds }, 0)!, 0, 1e-12);
    isNear(oddsWithin({ odds }, 5)!, 0.05, 1e-12);
    isNear(oddsWithin({ odds }, 50)!, 0.6, 1e-12);
  });

  it('beyond the last time are the last', () => {
    assert.equal(oddsWithin({ odds }, 1000), 0.9);
  });

  it('are not known where none were told', () => {
    assert.equal(oddsWithin({ odds: [] }, 10), null);
  });
});
