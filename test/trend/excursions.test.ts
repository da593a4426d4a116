import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Excursions, shareAhead } from '../../src/trend/excursions.js';
import { MIB, MINUTE } from './support/node.js';

/** Climbs to each of the `highs` (MiB) from 100 MiB within an hour, and back within another. */
function waves(highs: readonly number[]): Excursions {
  const excursions = new Excursions(5 * MINUTE);
  highs.forEach((high, wave) => {
    for (let minute = 0; minute < 120; minute++) {
      const share = 1 - Math.abs(minute - 60) / 60;
      excursions.observe((wave * 120 + minute) * MINUTE, (100 + share * (high - 100)) * MIB);
    }
  });
  // And on to another climb, so that the last has come down.
  for (let minute = 0; minute <= 40; minute++) {
    excursions.observe((highs.length * 120 + minute) * MINUTE, (100 + 5 * minute) * MIB);
  }
  return excursions;
}

describe('climbs that were released', () => {
  const goal = 1000 * MIB;
  const count = (excursions: Excursions, height: number): number =>
    excursions.countLike(height * MIB, 200 * MIB, 40 * MINUTE, goal);

  it('count whole up to their own height', () => {
    const seen = waves([500, 500, 500]);
    assert.equal(count(seen, 300), 3);
    assert.equal(count(seen, 499), 3);
  });

  it('count by the share of the way that is still ahead where they have been outgrown', () => {
    const seen = waves([500]);
    assert.ok(Math.abs(count(seen, 600) - 0.8) < 0.01);
    assert.ok(Math.abs(count(seen, 950) - 0.1) < 0.01);
    assert.equal(count(seen, 1000), 0);
  });

  it('do not count where they rose by far less', () => {
    assert.equal(waves([500]).countLike(300 * MIB, 1700 * MIB, 40 * MINUTE, goal), 0);
  });

  it('count in part where they rose by less or more quickly', () => {
    const seen = waves([500]);
    const like = (rise: number, minutes: number): number =>
      seen.countLike(300 * MIB, rise * MIB, minutes * MINUTE, goal);
    assert.equal(like(500, 60), 1);
    // It rose by half of that, then took half as long, then both.
    for (const count of [like(800, 60), like(400, 120), like(800, 120)]) {
      assert.ok(Math.abs(count - 0.5) < 0.02, String(count));
    }
    assert.ok(like(1000, 60) < like(800, 60));
    assert.equal(like(400, 4 * 60), 0);
  });

  it('tell when the last one like this was down again', () => {
    assert.equal(waves([500, 500]).lastDown(200 * MIB), 240 * MINUTE);
    // A little one in between is another kind.
    assert.equal(waves([500, 150]).lastDown(400 * MIB), 120 * MINUTE);
    assert.equal(waves([150]).lastDown(400 * MIB), Number.NEGATIVE_INFINITY);
  });
});

describe('the share that is ahead', () => {
  it('falls from 1 at the earlier height to 0 at the goal', () => {
    assert.equal(shareAhead(500, 400, 1000), 1);
    assert.equal(shareAhead(500, 500, 1000), 1);
    assert.equal(shareAhead(500, 750, 1000), 0.5);
    assert.equal(shareAhead(500, 1000, 1000), 0);
    assert.equal(shareAhead(1200, 1300, 1000), 0);
  });
});
