import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { forecastNeed } from '../../src/trend/index.js';
import { linearBesideTraffic } from '../../src/trend/shapes/beside-traffic.js';
import { linear } from '../../src/trend/shapes/linear.js';
import { linearPerRequest, trafficAhead } from '../../src/trend/shapes/per-request.js';
import { HOUR, KIB, LoneNode, MIB, MINUTE, SECOND, START } from './support/node.js';
import { type Curve, fitted, isNear, normalNoise, pointsOn, scratch } from './support/points.js';

describe('growth with every request', () => {
  /** 3 requests a unit of time at the start, 6 now: R = 3 x + 1.5 x^2. */
  const growing: Curve = (x) => 3 + 3 * x;
  const leaks: Curve = (x) => (300 + 20 * (3 * x + 1.5 * x * x)) * MIB;

  it('bends upwards with traffic, which goes on to grow for half a stretch and stays there', () => {
    const fit = fitted(linearPerRequest, pointsOn(leaks, 24, growing));
    for (const x of [1, 1.25, 1.5]) isNear(fit.level(x, 0), leaks(x), 1e-6 * leaks(x));
    // 7.5 requests a unit of time from there on.
    for (const more of [0.5, 3]) {
      const expected = leaks(1.5) + 20 * 7.5 * more * MIB;
      isNear(fit.level(1.5 + more, 0), expected, 1e-6 * expected);
    }
  });

  it('reaches a target when so many requests have come', () => {
    const fit = fitted(linearPerRequest, pointsOn(leaks, 24, growing));
    for (const x of [1.1, 1.4, 1.5, 2, 7]) isNear(fit.crossing(fit.level(x, 0), 1, 0), x, 1e-6);
    assert.equal(fit.crossing(leaks(0.9), 1, 0), 1);
  });

  it('is told with what stays of each', () => {
    const node = new LoneNode([forecastNeed(2 * HOUR)]);
    const rest = normalNoise(4);
    let requests = 0;
    node.sendAll(START, START + 4.5 * HOUR, 15 * SECOND, (t) => {
      // In quarter-hourly waves, from 4 a second to 26.
      requests += 15 * (4 + (5 * t) / HOUR) * (1 + 0.4 * Math.sin(t / (3 * MINUTE)));
      const rss = 150 * MIB + 2.5 * KIB * requests + rest() * 0.2 * MIB;
      return { rss, memory_limit: 900 * MIB, requests_total: Math.round(requests) };
    });
    const { evidence, probability } = node.outlook('rss', 2 * HOUR)!;
    assert.ok(probability! > 0.5, String(probability));
    const told = evidence.find((each) => / of every request stay$/.test(each));
    assert.match(told ?? evidence.join('; '), /^about 2\.[3-7]\d* KiB of every request stay$/);
  });

  it('is under even traffic the line that it is by time, and no candidate of its own', () => {
    const even = pointsOn(
      (x) => (300 + 50 * x) * MIB,
      24,
      () => 4,
    );
    assert.equal(linearPerRequest.fit(even, 0, even.n, scratch, 0), null);
  });

  it('is none that falls with requests, and none where they are not counted', () => {
    const freed = pointsOn((x) => (300 - 50 * x) * MIB, 24, growing);
    assert.equal(linearPerRequest.fit(freed, 0, freed.n, scratch, 0), null);
    const uncounted = pointsOn((x) => (300 + 50 * x) * MIB);
    assert.equal(linearPerRequest.fit(uncounted, 0, uncounted.n, scratch, 0), null);
  });
});

describe('traffic ahead', () => {
  it('falls no further than to what it usually is', () => {
    const slackening = trafficAhead(6, -4, 1, 4);
    // From 6 to 4 in half a unit, then 4.
    isNear(slackening.served(0.5), 2.5, 1e-9);
    isNear(slackening.served(1.5), 6.5, 1e-9);
  });

  it('stays where it is when it slackens below that', () => {
    const lull = trafficAhead(3, -2, 1, 4);
    isNear(lull.served(2), 6, 1e-9);
    isNear(lull.until(6), 2, 1e-9);
  });

  it('counts and tells when so many have come, each the inverse of the other', () => {
    for (const change of [-4, -1, 0, 2, 9]) {
      const { served, until } = trafficAhead(5, change, 0.5, 3);
      for (const ahead of [0, 0.01, 0.3, 0.5, 0.7, 4]) isNear(until(served(ahead)), ahead, 1e-9);
    }
  });

  it('is never when no request comes', () => {
    const { served, until } = trafficAhead(0, 0, 0.5, 0);
    assert.equal(served(10), 0);
    assert.equal(until(1), Number.POSITIVE_INFINITY);
    assert.equal(until(0), 0);
  });
});

describe('a leak under a wave', () => {
  const wave: Curve = (x) => 5 + 2 * Math.sin(20 * x);
  const leaks: Curve = (x) => (200 + 60 * x + 15 * wave(x)) * MIB;

  it('grows with time alone, whatever share of the level goes with traffic', () => {
    const fit = fitted(linearBesideTraffic, pointsOn(leaks, 32, wave));
    isNear(fit.level(1, 0), leaks(1), 1e-6 * leaks(1));
    isNear(fit.level(3, 0) - fit.level(1, 0), 2 * 60 * MIB, 1e-3 * MIB);
  });

  it('is told more exactly than by a line through wave and all', () => {
    let apart = 0;
    let together = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const noise = normalNoise(seed);
      const points = pointsOn((x) => leaks(x) + 3 * noise() * MIB, 32, wave);
      const slopeOf = (model: typeof linear): number => {
        const fit = fitted(model, points);
        return fit.level(2, 0) - fit.level(1, 0);
      };
      apart += Math.abs(slopeOf(linearBesideTraffic) - 60 * MIB);
      together += Math.abs(slopeOf(linear) - 60 * MIB);
    }
    assert.ok(apart < together / 2, `${apart / MIB} to ${together / MIB}`);
  });

  it('cannot be told from load where traffic does nothing but grow', () => {
    const points = pointsOn(
      (x) => (200 + 60 * x) * MIB,
      32,
      (x) => 3 + 4 * x,
    );
    assert.equal(linearBesideTraffic.fit(points, 0, points.n, scratch, 0), null);
  });

  it('explains what was measured by the rate that was measured with it', () => {
    const points = pointsOn(leaks, 32, wave);
    const fit = fitted(linearBesideTraffic, points);
    for (const index of [0, 7, 31]) isNear(fit.explained!(index), points.y[index], 1e-6 * points.y[index]);
  });
});
