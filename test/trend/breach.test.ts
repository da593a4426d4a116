import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { breachDistribution, type Circumstances } from '../../src/trend/breach.js';
import type { Candidate } from '../../src/trend/weigh.js';
import { isNear } from './support/points.js';

/** Where all candidates here are now, and what they may reach. */
const NOW = 100;
const TARGET = 200;

/** A candidate that crosses any target so many stretches ahead, whatever the score, after a climb of so many bytes. */
function crossingAt(ahead: number, weight = 1, climbed = TARGET - NOW): Candidate {
  const fit = { level: () => NOW, crossing: () => 1 + ahead };
  return { shape: 'linear', weight, climbed, belief: 1, fit };
}

function breach(
  candidates: readonly Candidate[],
  persistence: number,
  otherwise: Partial<Circumstances> = {},
) {
  return breachDistribution(candidates, { goal: TARGET, doubt: 0, persistence, ...otherwise });
}

describe('the distribution of the breach', () => {
  it('has no mass where no shape crosses', () => {
    const never = breach([crossingAt(Number.POSITIVE_INFINITY)], 0.7);
    assert.equal(never.total, 0);
    assert.equal(never.before(1e6), 0);
  });

  it('has all its mass now for what is reached already', () => {
    const reached = breach([crossingAt(0)], 0.7, { goal: NOW });
    isNear(reached.total, 1, 1e-9);
    isNear(reached.before(1.01), 1, 1e-9);
    isNear(reached.quantile(0.9), 1, 0.01);
  });

  it('believes in a climb that must go on as high as it has come by a half to the power of persistence', () => {
    // Lindy, by height: D / (D + h) with h = D.
    for (const persistence of [0.5, 0.7, 1]) {
      isNear(breach([crossingAt(1)], persistence).total, 0.5 ** persistence, 1e-9);
      isNear(breach([crossingAt(1, 1, 50)], persistence).total, (1 / 3) ** persistence, 1e-9);
      isNear(breach([crossingAt(1, 1, 900)], persistence).total, 0.9 ** persistence, 1e-9);
    }
    isNear(breach([crossingAt(1)], 0).total, 1, 1e-9);
    assert.equal(breach([crossingAt(1, 1, 0)], 1).total, 0);
  });

  it('does not believe less in a climb for taking longer', () => {
    const [soon, late] = [0.2, 20].map((ahead) => breach([crossingAt(ahead)], 0.7).total);
    isNear(soon, late, 1e-9);
  });

  it('believes a shape that knows how far it has come, and doubts one like those that were released', () => {
    const candidate = crossingAt(1);
    const told = { ...candidate, fit: { ...candidate.fit, progress: () => 0.25 } };
    isNear(breach([told], 1).total, 0.25, 1e-9);
    isNear(breach([{ ...candidate, belief: 0.3 }], 0).total, 0.3, 1e-9);
    // What has been reached is beyond doubt.
    isNear(breach([{ ...told, belief: 0.3 }], 1, { goal: NOW }).total, 1, 1e-9);
  });

  it('gives each candidate its share', () => {
    const both = breach([crossingAt(0.5, 0.6), crossingAt(Number.POSITIVE_INFINITY, 0.4)], 0);
    isNear(both.total, 0.6, 1e-9);
    isNear(both.before(1000), 0.6, 1e-9);
    isNear(both.quantile(0.5) - 1, 0.5, 0.06);
  });

  it('leaves out the part before which the process ends', () => {
    const half = (ahead: number): number => (ahead > 0.4 ? 0.5 : 1);
    const cut = breach([crossingAt(0.1, 0.5), crossingAt(0.9, 0.5)], 0, { survival: half });
    isNear(cut.total, 0.75, 1e-9);
    isNear(cut.before(1.4), 0.5, 1e-9);
  });

  const mixture = fc.array(
    fc.tuple(
      fc.oneof(fc.double({ min: 0, max: 900, noNaN: true }), fc.constant(Number.POSITIVE_INFINITY)),
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 0, max: 1000 }),
    ),
    { minLength: 1, maxLength: 5 },
  );

  it('is one: masses within 0 and 1, quantiles and masses rise and belong together', () => {
    const doubts = fc.constantFrom(0, 0.3, 5);
    fc.assert(
      fc.property(mixture, doubts, fc.constantFrom(0, 0.7, 1), (parts, doubt, persistence) => {
        const sum = parts.reduce((total, [, weight]) => total + weight, 0);
        const candidates = parts.map(([ahead, weight, climbed]) => crossingAt(ahead, weight / sum, climbed));
        const distribution = breach(candidates, persistence, { doubt });
        assert.ok(distribution.total >= 0 && distribution.total <= 1 + 1e-9);
        let mass = 0;
        for (const x of [1, 1.001, 1.1, 1.5, 2, 5, 100, 1e4]) {
          const more = distribution.before(x);
          assert.ok(more >= mass && more <= distribution.total + 1e-9);
          mass = more;
        }
        isNear(mass, distribution.total, 1e-9);
        if (distribution.total === 0) return;
        let x = 1;
        for (const p of [0.05, 0.1, 0.5, 0.9, 0.95]) {
          const later = distribution.quantile(p);
          assert.ok(later >= x && Number.isFinite(later));
          x = later;
          isNear(distribution.before(x), p * distribution.total, 1e-6);
        }
      }),
    );
  });

  it('is not drawn out by a chance that is both far and small', () => {
    const far = breach([crossingAt(0.5, 0.9), crossingAt(900, 0.1, 1)], 0.7);
    assert.ok(far.quantile(0.9) < 2);
  });
});

describe('the spread of the breach', () => {
  const width = (doubt: number): number => {
    const distribution = breach([crossingAt(0.5)], 0, { doubt });
    return Math.log((distribution.quantile(0.9) - 1) / (distribution.quantile(0.1) - 1));
  };

  it('is that of a pace that changes, even where the fit is sure', () => {
    // Two thirds to one and a half times as long, about: a logarithm of 0.4 either way.
    assert.ok(width(0) > 0.7 && width(0) < 1.3, String(width(0)));
  });

  it('widens with doubt about the limit, up to a point, and leaves the middle alone', () => {
    const widths = [0, 0.3, 0.8, 1].map(width);
    for (let i = 1; i < widths.length; i++) assert.ok(widths[i] > widths[i - 1], widths.join());
    assert.equal(width(5), width(1));
    const middle = breach([crossingAt(0.5)], 0, { doubt: 1 }).quantile(0.5) - 1;
    isNear(middle, 0.5, 0.06);
  });
});

describe('a breach that is slower than its own history says', () => {
  it('comes later by that factor, as likely as before', () => {
    for (const factor of [0.25, 0.5, 2, 4]) {
      const shifted = breach([crossingAt(0.5)], 0.7, { slower: Math.log(factor) });
      isNear(shifted.total, breach([crossingAt(0.5)], 0.7).total, 1e-9);
      // Bins are 12 % apart.
      isNear((shifted.quantile(0.5) - 1) / (0.5 * factor), 1, 0.12);
    }
  });
});

describe('a ceiling', () => {
  const under = (reachedAt: (score: number) => number) =>
    breach([crossingAt(0.5)], 0, { ceiling: { reachedAt } });

  it('that must be reached first puts the breach off', () => {
    isNear(under(() => 5).quantile(0.5) - 1, 4, 0.5);
    isNear(under(() => 5).total, 1, 1e-9);
  });

  it('that is reached before the breach changes nothing', () => {
    assert.equal(under(() => 1.2).quantile(0.5), breach([crossingAt(0.5)], 0).quantile(0.5));
  });

  it('that is never reached holds, with the share that its own line gives', () => {
    assert.equal(under(() => Number.POSITIVE_INFINITY).total, 0);
    // Four of five equal shares of the line's scores lie below its 80th percentile.
    isNear(under((score) => (score > 0.9 ? 1.1 : Number.POSITIVE_INFINITY)).total, 0.2, 1e-9);
  });
});
