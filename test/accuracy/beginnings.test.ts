import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { otherBeginnings, targetsAtBeginnings } from '../../accuracy/judge/beginnings.js';
import { targetRows } from '../../accuracy/report/rows.js';
import { measureTrace } from '../../accuracy/run/measure.js';
import { loadRules } from '../../src/evaluate/index.js';
import { packageRoot } from '../../src/paths.js';

const { rules } = loadRules(join(packageRoot, 'rules'));

/** A leak that is restarted once, after `restart` of so many samples at 15 s. */
function writeLeak(t: TestContext, samples = 961, restart = 300): string {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-beginnings-test-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'leak.csv');
  const rows = Array.from({ length: samples }, (_, i) => {
    const [start, age] = i < restart ? [0, i] : [restart * 15, i - restart];
    const wave = 0.02 * Math.sin(i / 7) + 0.02 * Math.sin(i * 2.3);
    return `${i * 15},n-1,${Math.round((0.25 + (0.7 * age) / (samples - restart) + wave) * 1e9)},1000000000,${start}`;
  });
  writeFileSync(file, `${['time_s,node,rss_bytes,memory_limit_bytes,start_time_s', ...rows].join('\n')}\n`);
  return file;
}

describe('other beginnings', () => {
  it('lie within the widest bucket, apart from each other and from the first', () => {
    const all = [0, ...otherBeginnings(8)].sort((a, b) => a - b);
    assert.ok(all.every((ms) => ms % 1000 === 0 && ms < 600_000));
    for (let i = 1; i < all.length; i++) assert.ok(all[i] - all[i - 1] >= 30_000, all.join(', '));
  });

  it('a day later change nothing, since buckets begin there as they did', async (t) => {
    // Young processes, whose buckets are two samples wide.
    const file = writeLeak(t, 230, 60);
    const [now] = await measureTrace(file, rules, {});
    const [later] = await measureTrace(file, rules, { shiftMs: 24 * 3_600_000 });
    assert.ok(now.alarms.length > 0 && now.forecasts.length > 0);
    const rounded = (measured: object): string =>
      JSON.stringify(measured, (_, value) =>
        typeof value === 'number' ? Number(value.toPrecision(9)) : value,
      );
    assert.equal(rounded(later), rounded(now));
  });

  it('within a bucket change a forecast a little, and the times of the trace not at all', async (t) => {
    const file = writeLeak(t);
    const [now] = await measureTrace(file, rules, {});
    const [later] = await measureTrace(file, rules, { shiftMs: 371_000 });
    assert.equal(later.first, now.first);
    assert.equal(later.last, now.last);
    assert.equal(later.alarms.length, now.alarms.length);
    assert.notDeepEqual(later, now);
    assert.ok(Math.abs(later.alarms[0].at - now.alarms[0].at) < 900);
  });

  it('are told as mean and range of each figure', () => {
    const target = (value: number | null) => [{ what: 'caught', value, least: 0.5 }];
    const { header, rows } = targetRows(target(0.9), [target(0.8), target(1)]);
    assert.deepEqual(header, ['', 'is', 'must be', '', 'at 2 other beginnings']);
    assert.deepEqual(rows, [['caught', '0.900', 'at least 0.5', 'reached', '0.900 (0.800 to 1.000)']]);
    assert.equal(targetRows(target(0.9), [target(0.8), target(null)]).rows[0].at(-1), '-');
    assert.equal(targetRows(target(0.9)).header.length, 4);
  });

  it('are gathered by set', () => {
    const sets = [{ name: 'mine', nodes: [] }];
    assert.deepEqual(
      [...targetsAtBeginnings([sets, sets])].map(([name, all]) => [name, all.length]),
      [['mine', 2]],
    );
  });
});
