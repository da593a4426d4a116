import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { thin } from '../../src/serve/series/thin.js';
import { Rows, type Signal } from '../../src/telemetry/index.js';

/** Rows of one node, each with a time and values. */
function rowsOf(samples: readonly (Partial<Record<Signal, number>> & { readonly time: number })[]): Rows {
  const rows = new Rows(Math.max(1, samples.length));
  for (const { time, ...values } of samples) {
    const row = rows.add(0, 0, time);
    for (const [signal, value] of Object.entries(values)) rows.set(row, signal as Signal, value);
  }
  return rows;
}

/** The same rows as lowest and highest, for so many points. */
function thinned(rows: Rows, signals: readonly Signal[], to: number, points: number) {
  const stepMs = rows.length <= points ? 0 : to / points;
  return thin({ low: rows, high: rows }, signals, 0, stepMs);
}

describe('thin', () => {
  it('leaves few rows as they are', () => {
    const rows = rowsOf([
      { time: 0, rss: 5 },
      { time: 10, rss: 7, ready: 1 },
    ]);
    assert.deepEqual(thinned(rows, ['rss', 'ready'], 100, 10), {
      time: [0, 10],
      signals: { rss: { low: [5, 7], high: [5, 7] }, ready: { low: [null, 1], high: [null, 1] } },
    });
  });

  it('keeps the lowest and the highest of each stretch, and of counters and limits the last', () => {
    const samples = [3, 9, 1, 4, 8, 6].map((rss, index) => ({
      time: index * 10,
      rss,
      requests_total: index * 100,
      memory_limit: index < 4 ? 50 : 60,
      ready: index === 1 ? 0 : 1,
    }));
    const { time, signals } = thinned(
      rowsOf(samples),
      ['rss', 'requests_total', 'memory_limit', 'ready'],
      60,
      2,
    );
    // A point has the time of its last sample, so that counters give true rates.
    assert.deepEqual(time, [20, 50]);
    assert.deepEqual(signals.rss, { low: [1, 4], high: [9, 8] });
    assert.deepEqual(signals.requests_total, { low: [200, 500], high: [200, 500] });
    assert.deepEqual(signals.memory_limit.high, [50, 60]);
    assert.deepEqual(signals.ready, { low: [0, 1], high: [1, 1] });
  });

  it('breaks the line where rows are missing for long', () => {
    const times = [0, 10, 20, 30, 40, 500, 510, 520];
    const { time, signals } = thinned(
      rowsOf(times.map((each) => ({ time: each, rss: 1 }))),
      ['rss'],
      600,
      100,
    );
    assert.deepEqual(time, [0, 10, 20, 30, 40, 41, 500, 510, 520]);
    assert.deepEqual(signals.rss.low, [1, 1, 1, 1, 1, null, 1, 1, 1]);
  });

  it('has nothing to say of no rows', () => {
    assert.deepEqual(thinned(new Rows(1), ['rss'], 100, 10).time, []);
  });

  it('never loses a peak or a floor, never has more points than asked for, and goes forward in time', () => {
    const values = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 50 }), (all, points) => {
        const rows = rowsOf(all.map((rss, index) => ({ time: index * 15, rss })));
        const { time, signals } = thinned(rows, ['rss'], all.length * 15, points);
        const known = (column: readonly (number | null)[]) => column.filter((each) => each !== null);
        assert.equal(Math.max(...known(signals.rss.high)), Math.max(...all));
        assert.equal(Math.min(...known(signals.rss.low)), Math.min(...all));
        assert.ok(time.length <= points || time.length === all.length);
        assert.ok(time.every((at, index) => index === 0 || at > time[index - 1]));
      }),
    );
  });
});
