import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { forecastNeed, growthNeed } from '../../src/trend/index.js';
import { DAY, HOUR, LoneNode, MIB, MINUTE, SECOND, type Sent, START, sawtooth } from './support/node.js';
import { assertPredicts, assertSound, jitter, likely } from './support/sound.js';

describe('trends are free of time scale', () => {
  const story = (share: number): Sent => {
    const heap = 100 + 120 * share + sawtooth(share, 1 / 40, 10);
    return {
      heap_used: heap * MIB,
      heap_limit: 236 * MIB,
      rss: (90 + heap + 20 * share) * MIB,
      memory_limit: 345 * MIB,
      gc_count: Math.floor(share * 40),
    };
  };

  /** The same story told over so long; times as shares of it. */
  function told(horizon: number, every: number, samples: number) {
    const node = new LoneNode([forecastNeed(horizon), growthNeed(3 * horizon)]);
    const length = samples * every;
    for (let i = 0; i < samples; i++) node.send(i * every, story(i / samples));
    return (['rss', 'heap'] as const).map((resource) => {
      const outlook = node.outlook(resource, horizon);
      assert.ok(outlook);
      assertSound(outlook);
      const growth = node.trend.growth(0, resource, 3 * horizon);
      const { probability, shape, cause, live, breachP10, breachP50, breachP90 } = outlook;
      const times = [breachP10, breachP50, breachP90].map((time) => (time === null ? null : time / length));
      return { probability, shape, cause, live, times, growth: (growth!.perHour * length) / HOUR };
    });
  }

  function assertSame(one: ReturnType<typeof told>, other: ReturnType<typeof told>): void {
    one.forEach((expected, i) => {
      const found = other[i];
      assert.deepEqual([found.shape, found.cause], [expected.shape, expected.cause]);
      assert.ok(Math.abs(found.probability! - expected.probability!) < 0.01);
      assert.ok(Math.abs(found.live / expected.live - 1) < 1e-3);
      assert.ok(Math.abs(found.growth / expected.growth - 1) < 0.01);
      expected.times.forEach((time, t) => {
        assert.equal(found.times[t] === null, time === null);
        if (time !== null) assert.ok(Math.abs(found.times[t]! - time) < 0.01);
      });
    });
  }

  it('0.5 s samples with a horizon of a minute, 15 s with half an hour, 5 min samples with ten hours', () => {
    const minute = told(MINUTE, 500, 840);
    assert.ok(minute.every(({ probability }) => probability !== null && probability > 0.5));
    assertSame(minute, told(30 * MINUTE, 15 * SECOND, 840));
    assertSame(minute, told(10 * HOUR, 5 * MINUTE, 840));
  });

  it('a thousandth and a thousandfold of all times', () => {
    const hours = told(2 * HOUR, 15 * SECOND, 3000);
    assertSame(hours, told((2 * HOUR) / 1000, 15, 3000));
    assertSame(hours, told(2000 * HOUR, 15_000 * SECOND, 3000));
  });

  it('5 min samples with a horizon of three days see a leak of weeks', () => {
    const horizon = 3 * DAY;
    const node = new LoneNode([forecastNeed(horizon)]);
    const noise = jitter(2);
    const perDay = 30;
    node.sendAll(START, START + 14 * DAY, 5 * MINUTE, (t) => ({
      rss: (200 + (perDay * t) / DAY + noise()) * MIB,
      memory_limit: 665 * MIB,
    }));
    const outlook = node.outlook('rss', horizon);
    assert.ok(outlook);
    assertSound(outlook);
    assert.ok(likely(outlook), JSON.stringify(outlook));
    assertPredicts(outlook, START + 15.5 * DAY, 0.3);
  });
});
