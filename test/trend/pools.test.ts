import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { slowerTogether } from '../../src/trend/borrow.js';
import { Pools, type Share } from '../../src/trend/pools.js';
import { HOUR, MINUTE } from './support/node.js';
import { isNear } from './support/points.js';

const HORIZON = 2 * HOUR;
const share = (logPace: number, variance = 0.1, logOdds = 1): Share => ({ logPace, variance, logOdds });
const still: Share = { logPace: Number.NaN, variance: 0, logOdds: -2 };

function poolOf(shares: readonly Share[], at = 0): Pools {
  const pools = new Pools();
  shares.forEach((each, node) => {
    pools.tell('edge', node, at, each);
  });
  return pools;
}

describe('a pool', () => {
  it('tells each node of the others, and not of itself', () => {
    const pools = poolOf([share(99), share(1), share(2), share(6)]);
    const view = pools.othersOf('edge', 0, 0, HORIZON)!;
    assert.equal(view.climbing, 3);
    // Mean of 1, 2, 6; variance 7 between them, of which 0.1 is their own.
    isNear(view.meanLogPace, 3, 1e-9);
    isNear(view.between, 6.9, 1e-9);
    isNear(view.variance, 7 / 3, 1e-9);
    isNear(view.meanLogOdds, 1, 1e-9);
  });

  it('of nodes that differ by less than each is unsure of differs by nothing', () => {
    const view = poolOf([still, share(1, 2), share(1.1, 2)]).othersOf('edge', 0, 0, HORIZON)!;
    assert.equal(view.between, 0);
    isNear(view.variance, 1, 1e-9);
  });

  it('counts what stays for the odds, not for the pace', () => {
    const view = poolOf([still, share(1), still]).othersOf('edge', 0, 0, HORIZON)!;
    assert.equal(view.climbing, 1);
    isNear(view.meanLogPace, 1, 1e-9);
    isNear(view.meanLogOdds, -0.5, 1e-9);
  });

  it('says nothing where nobody else is, or climbs', () => {
    assert.equal(new Pools().othersOf('edge', 0, 0, HORIZON), null);
    assert.equal(poolOf([share(1)]).othersOf('edge', 0, 0, HORIZON), null);
    assert.equal(poolOf([share(1), still]).othersOf('edge', 0, 0, HORIZON), null);
    assert.equal(poolOf([share(1), share(2)]).othersOf('core', 0, 0, HORIZON), null);
  });

  it('forgets a word that is older than a twelfth of the horizon', () => {
    const pools = poolOf([share(5), share(1)]);
    pools.tell('edge', 2, 9 * MINUTE, share(3));
    assert.equal(pools.othersOf('edge', 0, 9 * MINUTE, HORIZON)?.climbing, 2);
    const later = pools.othersOf('edge', 0, 11 * MINUTE, HORIZON);
    assert.equal(later?.climbing, 1);
    isNear(later!.meanLogPace, 3, 1e-9);
    assert.equal(pools.othersOf('edge', 0, 20 * MINUTE, HORIZON), null);
  });

  it('goes on without a node that left, at once', () => {
    const pools = poolOf([share(5), share(1), share(3)]);
    assert.equal(pools.othersOf('edge', 0, 0, HORIZON)?.climbing, 2);
    pools.leave('edge', 2);
    assert.equal(pools.othersOf('edge', 0, 0, HORIZON)?.climbing, 1);
    pools.leave('edge', 1);
    assert.equal(pools.othersOf('edge', 0, 0, HORIZON), null);
    pools.leave('nowhere', 1);
  });
});

describe('a pace is drawn to that of the pool', () => {
  const others = { climbing: 4, meanLogPace: 2, between: 0.2, variance: 0.1, meanLogOdds: 1 };

  it('by the share that its own doubt has in all doubt', () => {
    // 0.3 / (0.3 + 0.2 + 0.1) = a half of the way from 3 to 2.
    isNear(slowerTogether(share(3, 0.3), others), 0.5, 1e-9);
    isNear(slowerTogether(share(1, 0.3), others), -0.5, 1e-9);
  });

  it('not at all where it is sure of itself, all the way where the others are', () => {
    assert.equal(slowerTogether(share(3, 0), others), 0);
    isNear(slowerTogether(share(3, 1), { ...others, between: 0, variance: 0 }), 1, 1e-9);
  });

  it('only where it has one', () => {
    assert.equal(slowerTogether(still, others), 0);
  });
});
