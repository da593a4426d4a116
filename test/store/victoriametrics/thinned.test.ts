import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { windowsOf } from '../../../src/store/backends/victoriametrics/thinned.js';
import { openMemoryStore } from '../../../src/store/index.js';
import { Registry } from '../../../src/telemetry/index.js';
import { seededRandom } from '../../support/random.js';
import { noVictoriaMetrics, VictoriaMetrics } from '../../support/victoria-metrics.js';
import { HOUR, MINUTE, rowsOf, type Sample, scanned, T0 } from '../samples.js';
import { openBare } from './opened.js';

/** Three nodes for an hour: one is restarted within a step, one changes its labels, one says little. */
function fleet(registry: Registry): Sample[] {
  const random = seededRandom(7);
  const ids = ['a', 'b', 'c'].map((name) => registry.intern(name, { pool: 'edge' }));
  const after = registry.intern('b', { pool: 'edge', version: '2' }).labels;
  const found: Sample[] = [];
  for (let time = T0 - 10; time < T0 + HOUR; time += 10_000 + Math.floor(random() * 3)) {
    const start_time = time < T0 + 25.5 * MINUTE ? 1000 : 2000;
    const value = (): number => Math.floor(random() * 1e9);
    found.push({
      node: ids[0].id,
      labels: ids[0].labels,
      time,
      start_time,
      rss: value(),
      heap_used: value(),
    });
    const labels = time < T0 + 40.5 * MINUTE ? ids[1].labels : after;
    found.push({ node: ids[1].id, labels, time, rss: value(), gc_pause_total: time / 1e6 });
    if (random() < 0.05) found.push({ node: ids[2].id, labels: ids[2].labels, time: time + 1, ready: 0 });
  }
  // On the first and the last ms of a step.
  for (const time of [T0 + 2 * HOUR, T0 + 2 * HOUR + MINUTE - 1, T0 + 2 * HOUR + MINUTE])
    found.push({ node: ids[2].id, labels: ids[2].labels, time, rss: time - T0 });
  return found;
}

describe('history that VictoriaMetrics thins', { skip: noVictoriaMetrics }, () => {
  it('is what thinning its samples gives, whatever the step and wherever it begins and ends', async (t) => {
    const { store } = await openBare(t, await VictoriaMetrics.start(t));
    const registry = new Registry();
    const rows = rowsOf(...fleet(registry));
    const reference = openMemoryStore();
    await store.history.append(rows, registry);
    await reference.history.append(rows, registry);
    for (const [from, to] of [
      [T0 - HOUR, T0 + 3 * HOUR],
      [T0 + 12_345, T0 + 31 * MINUTE + 6789],
      [T0 + 61_000, T0 + 62_000],
      [T0 + 2 * HOUR, T0 + 2 * HOUR + MINUTE],
    ] as const) {
      for (const step of [15_000, MINUTE, 7 * MINUTE]) {
        const expected = await scanned(reference, from, to, step);
        assert.deepEqual(await scanned(store, from, to, step), expected, `${from - T0} ${to - T0} ${step}`);
      }
    }
  });
});

describe('the windows of a stretch', () => {
  it('are whole steps, with those that its ends cut apart', () => {
    assert.deepEqual(windowsOf(100, 300, 100), [{ first: 199, last: 299, width: 100 }]);
    assert.deepEqual(windowsOf(130, 350, 100), [
      { first: 199, last: 199, width: 70 },
      { first: 299, last: 299, width: 100 },
      { first: 349, last: 349, width: 50 },
    ]);
    assert.deepEqual(windowsOf(130, 150, 100), [{ first: 149, last: 149, width: 20 }]);
    assert.deepEqual(windowsOf(0, 10_001, 1), [
      { first: 0, last: 9999, width: 1 },
      { first: 10_000, last: 10_000, width: 1 },
    ]);
  });
});
