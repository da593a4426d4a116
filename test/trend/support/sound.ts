import assert from 'node:assert/strict';
import type { Growth, Outlook, Portrait } from '../../../src/trend/index.js';
import { seededRandom } from '../../support/random.js';

/** Some jitter, the same each time, so that no series is a line of a textbook. */
export function jitter(scale: number): () => number {
  const random = seededRandom(11);
  return () => (random() - 0.5) * 2 * scale;
}

export function assertSound(outlook: Outlook): void {
  const { probability, breachP10, breachP50, breachP90 } = outlook;
  const numbers = [
    outlook.at,
    outlook.now,
    outlook.live,
    outlook.limit,
    outlook.effectiveLimit,
    outlook.since,
  ];
  for (const number of numbers) assert.ok(Number.isFinite(number), JSON.stringify(outlook));
  if (probability !== null) assert.ok(probability >= 0 && probability <= 1, String(probability));
  const times = [breachP10, breachP50, breachP90];
  if (times.some((time) => time === null)) assert.deepEqual(times, [null, null, null]);
  else {
    for (const time of times) assert.ok(Number.isInteger(time) && time! >= outlook.at);
    assert.ok(breachP10! <= breachP50! && breachP50! <= breachP90!);
    // A date that people can be shown.
    assert.ok(!Number.isNaN(new Date(breachP90!).getTime()));
  }
  assert.equal(outlook.cause === null, breachP50 === null);
  if (outlook.growth) assertSoundGrowth(outlook.growth);
  for (const sentence of outlook.evidence) assert.doesNotMatch(sentence, /NaN|Infinity|undefined|null/);
}

export function assertSoundGrowth({ perHour, low, high, overMs, buckets }: Growth): void {
  for (const number of [perHour, low, high, overMs, buckets]) assert.ok(Number.isFinite(number));
  assert.ok(low <= perHour && perHour <= high);
}

export function assertSoundPortrait(portrait: Portrait): void {
  for (const list of [portrait.used, portrait.live, portrait.fit, portrait.cone]) {
    let before = Number.NEGATIVE_INFINITY;
    for (const point of list) {
      for (const number of point) assert.ok(Number.isFinite(number));
      assert.ok(point[0] >= before, 'points are in time order');
      before = point[0];
    }
  }
  for (const [, low, high] of portrait.cone) assert.ok(low <= high);
  assert.ok(portrait.from <= portrait.now && portrait.now <= portrait.to);
}

/** That the time predicted is off by at most this share of what was left. */
export function assertPredicts(outlook: Outlook, breach: number, share: number): void {
  assert.ok(outlook.breachP50 !== null, JSON.stringify(outlook));
  const left = breach - outlook.at;
  const off = (outlook.breachP50 - breach) / left;
  assert.ok(Math.abs(off) <= share, `${off} of what was left, shape ${outlook.shape}`);
}

/** Likely enough for the shipped rules to fire. */
export const likely = ({ probability }: Outlook): boolean => probability !== null && probability >= 0.5;
