// Shapes that come from what a process does: batches, waves, traffic.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadDriven } from '../../src/trend/shapes/load-driven.js';
import { periodic } from '../../src/trend/shapes/periodic.js';
import { stepwise } from '../../src/trend/shapes/stepwise.js';
import { type Curve, fitted, isNear, pointsOn, scratch } from './support/points.js';

describe('growth in steps', () => {
  // Five steps of 40, each 0.2 after the one before; the next is due at 1.1.
  const stairs: Curve = (x) => 300 + 40 * Math.floor(x / 0.2 + 0.5);

  it('goes on step by step: flat, then the next when it is due', () => {
    const fit = fitted(stepwise, pointsOn(stairs, 41));
    for (const x of [1.02, 1.2, 1.4, 1.6]) isNear(fit.level(x, 0), stairs(x), 1);
  });

  it('reaches what the second step reaches when that is due', () => {
    isNear(fitted(stepwise, pointsOn(stairs, 41)).crossing(570, 1, 0), 1.3, 0.03);
  });

  it('is none with two steps, or where most of the climb is no step', () => {
    const two = pointsOn((x) => 300 + 40 * Math.floor(x * 2.5), 41);
    const slope = pointsOn((x) => 300 + 400 * x + 10 * Math.floor(x * 5), 41);
    for (const points of [two, slope]) assert.equal(stepwise.fit(points, 0, 41, scratch, 0), null);
  });
});

describe('a wave', () => {
  // Crests at 0.2, 0.6 and so on, each 20 higher than the one before.
  const wave: Curve = (x) => 500 + 50 * x + 100 * Math.cos((2 * Math.PI * (x - 0.2)) / 0.4);

  it('comes back at its next crest, with the drift of its crests', () => {
    const fit = fitted(periodic, pointsOn(wave, 41));
    for (const x of [1.4, 1.8]) isNear(fit.level(x, 0), wave(x), 8);
  });

  it('never reaches what lies beyond its crests where they do not rise', () => {
    const level = pointsOn((x) => 500 - 100 * Math.cos((2 * Math.PI * x) / 0.4), 41);
    const fit = fitted(periodic, level);
    assert.equal(fit.crossing(640, 1, 0), Number.POSITIVE_INFINITY);
    assert.ok(fit.crossing(590, 1, 0) < 1.5);
  });

  it('reaches at the right crest what lies beyond where they do', () => {
    // Crests are at 610, 630 and then 650 at 1.0, 670 at 1.4, 690 at 1.8.
    isNear(fitted(periodic, pointsOn(wave, 41)).crossing(685, 1, 0), 1.8, 0.05);
  });

  it('is none with one crest, or with crests at odd times', () => {
    const one = pointsOn((x) => 500 - 100 * Math.cos(2 * Math.PI * x), 41);
    const odd = pointsOn(
      (x) => (Math.abs(x - 0.1) < 0.04 || Math.abs(x - 0.2) < 0.04 || Math.abs(x - 0.8) < 0.04 ? 600 : 500),
      41,
    );
    for (const points of [one, odd]) assert.equal(periodic.fit(points, 0, 41, scratch, 0), null);
  });

  it('that is already above a level is there now', () => {
    const fit = fitted(periodic, pointsOn(wave, 45));
    assert.equal(fit.crossing(fit.level(1, 0) - 1, 1, 0), 1);
  });
});

describe('a level that follows traffic', () => {
  const rate: Curve = (x) => 1 + 3 * x;
  const level: Curve = (x) => 200 + 50 * rate(x);

  it('goes on as traffic does', () => {
    const fit = fitted(loadDriven, pointsOn(level, 24, rate));
    for (const x of [1, 1.5, 3]) isNear(fit.level(x, 0), level(x), 1e-6);
    isNear(fit.crossing(level(2), 1, 0), 2, 1e-6);
  });

  it('is explained by the rates that came', () => {
    const fit = fitted(loadDriven, pointsOn(level, 24, rate));
    for (const i of [0, 10, 23]) isNear(fit.explained!(i), level(i / 23), 1e-6);
  });

  it('has come as far as traffic has on its way', () => {
    // From 1 to 4 of the 7 that the target needs: half of the way.
    isNear(fitted(loadDriven, pointsOn(level, 24, rate)).progress!(550), 0.5, 0.01);
  });

  it('has come less far where traffic slackens, or was as high before and fell again', () => {
    const slack: Curve = (x) => 1 + 3 * Math.min(1, x / 0.6);
    const again: Curve = (x) => 2.5 - 1.5 * Math.cos(3 * Math.PI * x);
    for (const traffic of [slack, again]) {
      const fit = fitted(
        loadDriven,
        pointsOn((x) => 200 + 50 * traffic(x), 32, traffic),
      );
      assert.ok(fit.progress!(550) < 0.25, String(fit.progress!(550)));
    }
  });

  it('is none without rates, with steady traffic, or where it falls as traffic grows', () => {
    const none = pointsOn(level, 24);
    const steady = pointsOn(level, 24, (x) => 4 + 0.1 * x);
    const falling = pointsOn((x) => 500 - level(x), 24, rate);
    for (const points of [none, steady, falling]) {
      assert.equal(loadDriven.fit(points, 0, 24, scratch, 0), null);
    }
  });
});
