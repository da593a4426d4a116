import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { checkTrace } from '../../src/replay/index.js';
import type { PictureShape, RestartPlanShape, SaidShape, SeriesShape } from '../../src/serve/node-shapes.js';
import type { NodeDetailShape } from '../../src/serve/shapes.js';
import { buildService } from '../support/build-service.js';
import { HOUR, MINUTE } from '../support/leak.js';
import { RoundClock } from '../support/round-clock.js';
import { tempFolder } from '../support/temp-folder.js';

const NOW = Date.UTC(2026, 10, 22, 13, 30);
const MIB = 2 ** 20;

const RULES = `groups:
  - name: memory
    rules:
      - alert: Breach
        forecast: { of: rss, reaches: memory_limit, within: 2h, probability: 50% }
        for: 0s
        severity: page
`;

interface Climb {
  readonly node: string;
  readonly from: number;
  readonly to: number;
  readonly share: number;
  readonly labels?: Record<string, string>;
}

/** Memory that climbs evenly from a tenth of 512 MiB, a sample every 15 s. */
function climb({ node, from, to, share, labels = {} }: Climb) {
  const samples = [];
  for (let time = from; time <= to; time += 15_000) {
    const gone = (time - from) / (to - from);
    samples.push({
      node,
      time,
      labels,
      rss: Math.round(512 * MIB * (0.1 + (share - 0.1) * gone)) + ((time / 15_000) % 4) * MIB,
      memory_limit: 512 * MIB,
      requests_total: Math.round((time - from) / 100),
      start_time: from / 1000,
    });
  }
  return samples;
}

async function build(t: TestContext) {
  const clock = new RoundClock(NOW);
  return { ...(await buildService(t, { clock, rules: RULES })), clock };
}

describe('the series of a node', () => {
  it('keep every peak whatever the stretch, and tell what happened to the node', async (t) => {
    const { api } = await build(t);
    const begin = NOW - 4 * HOUR;
    const old = climb({ node: 'a', from: begin, to: begin + HOUR, share: 0.3, labels: { version: '1' } });
    old[100] = { ...old[100], rss: 500 * MIB };
    const other = climb({
      node: 'a',
      from: begin + 2 * HOUR,
      to: NOW - MINUTE,
      share: 0.4,
      labels: { version: '2' },
    });
    await api.push([...old, ...other]);
    const path = `/api/v1/nodes/a/series?from=${begin}&to=${NOW}&points=40`;
    const series = await api.get<SeriesShape>(path);
    assert.equal(series.step_ms, (4 * HOUR) / 40);
    assert.ok(series.time.length <= 42, `${series.time.length} points`);
    assert.equal(Math.max(...series.signals.rss.high.map((value) => value ?? 0)), 500 * MIB);
    // Nothing is drawn through the hour without samples.
    const gap = series.time.findIndex((time) => time > begin + HOUR && time < begin + 2 * HOUR);
    assert.equal(series.signals.rss.high[gap], null);
    assert.deepEqual(
      series.marks.map(({ at, what, text }) => [at, what, text]),
      [
        [begin + HOUR, 'gap', ''],
        [begin + 2 * HOUR, 'version', '1 → 2'],
      ],
    );
    // The rate of a counter is that of the samples, at any zoom.
    const { high } = series.signals.requests_total;
    const rate = ((high[5] ?? 0) - (high[4] ?? 0)) / ((series.time[5] - series.time[4]) / 1000);
    assert.ok(Math.abs(rate - 10) < 0.1, `${rate}`);
  });

  it('are taken away as a trace that can be replayed, or as shown', async (t) => {
    const { api } = await build(t);
    const begin = NOW - HOUR;
    const samples = climb({ node: '=a,"b"', from: begin, to: NOW - MINUTE, share: 0.4 });
    await api.push([...samples, ...climb({ node: 'b', from: begin, to: NOW - MINUTE, share: 0.4 })]);
    const range = `from=${begin}&to=${NOW}`;
    const odd = await api.ask(`/api/v1/nodes/${encodeURIComponent('=a,"b"')}/history.csv?${range}`);
    assert.equal(odd.headers.get('content-type'), 'text/csv; charset=utf-8');
    assert.match(odd.headers.get('content-disposition') ?? '', /filename="_a_b_ 2026-11-22T1230/);
    assert.match(odd.text.split('\n')[1], /^\d+,"'=a,""b""",,\d+,/);
    const raw = await api.ask(`/api/v1/nodes/b/history.csv?${range}`);
    const file = join(tempFolder(t), 'b.csv');
    writeFileSync(file, raw.text);
    const checked = await checkTrace(file);
    assert.deepEqual(checked.findings ?? [], []);
    assert.equal(raw.text.trimEnd().split('\n').length, samples.length + 1);
    const shown = (await api.ask(`/api/v1/nodes/b/history.csv?${range}&points=20`)).text.split('\n');
    assert.match(shown[0], /^time_s,rss_bytes_low,rss_bytes_high,/);
    assert.ok(shown.length <= 23);
    const wrong = await api.ask(`/api/v1/nodes/b/history.csv?${range}&points=many`);
    assert.equal(wrong.status, 400);
    assert.match(wrong.text, /found points \\"many\\", expected a number/);
  });
});

describe('the forecasts of a node', () => {
  it('can be drawn as of now', async (t) => {
    const { api, clock } = await build(t);
    await api.push(climb({ node: 'a', from: NOW - 5 * HOUR, to: NOW, share: 0.9 }));
    await clock.pass(500);
    const { limits } = await api.get<PictureShape>('/api/v1/nodes/a/picture');
    assert.deepEqual(
      limits.map(({ signal }) => signal),
      ['rss'],
    );
    const [{ fit, cone, live, to }] = limits;
    assert.ok(live.length > 10 && fit.length > 10);
    assert.ok(cone.every(([, low, high]) => low <= high));
    assert.equal(cone.at(-1)?.[0], to);
    assert.ok(to > NOW + HOUR);
  });

  it('of the past are worked out again where none was kept, and say so', async (t) => {
    const { api, clock } = await build(t);
    await api.push(climb({ node: 'a', from: NOW - 6 * HOUR, to: NOW, share: 0.95 }));
    const at = NOW - 2 * HOUR;
    const kept = await api.get<SaidShape>(`/api/v1/nodes/a/forecasts?at=${at}`);
    assert.deepEqual(kept.limits, []);
    const again = await api.get<SaidShape>(`/api/v1/nodes/a/forecasts?at=${at}&recompute=true`);
    const [said] = again.limits;
    assert.deepEqual([said.source, said.signal, said.said_at], ['recomputed', 'rss', at]);
    // It knew nothing of what came later: two thirds of the climb were done.
    assert.ok(Math.abs(said.now / (512 * MIB) - 0.67) < 0.03, `${said.now}`);
    const breach = NOW + (0.05 / 0.85) * 6 * HOUR;
    assert.ok(said.breach_p10 !== null && said.breach_p90 !== null);
    assert.ok(said.breach_p10 < breach && breach < said.breach_p90);
    const before = await api.get<SaidShape>(`/api/v1/nodes/a/forecasts?at=${NOW - 9 * HOUR}&recompute=true`);
    assert.deepEqual(before.limits, []);
    // What is said now is kept, and then given as it was.
    await clock.pass(20_000);
    const now = await api.get<SaidShape>(`/api/v1/nodes/a/forecasts?at=${clock.now()}&recompute=true`);
    assert.deepEqual(
      now.limits.map(({ source }) => source),
      ['kept'],
    );
  });

  it('of a pool make a plan of restarts, the soonest first', async (t) => {
    const { api, clock } = await build(t);
    const pool = { pool: 'edge' };
    for (const [node, share] of [
      ['slow', 0.9],
      ['soon', 0.97],
    ] as const) {
      await api.push(climb({ node, from: NOW - 5 * HOUR, to: NOW, share, labels: pool }));
    }
    await api.push(climb({ node: 'alone', from: NOW - 5 * HOUR, to: NOW, share: 0.97 }));
    await clock.pass(1000);
    const { plan } = await api.get<RestartPlanShape>('/api/v1/nodes/slow/restart-plan');
    assert.deepEqual(
      plan?.steps.flatMap(({ nodes }) => nodes),
      ['soon', 'slow'],
    );
    assert.deepEqual(await api.get<RestartPlanShape>('/api/v1/nodes/alone/restart-plan'), {
      node: 'alone',
      pool: null,
      plan: null,
    });
  });
});

describe('a node', () => {
  it('is told what it does not send, and what for it would be good', async (t) => {
    const { api } = await build(t);
    await api.push({ node: 'a', time: NOW, heap_used: 5e7, start_time: 1, labels: { version: '1' } });
    const { missing } = await api.get<NodeDetailShape>('/api/v1/nodes/a');
    assert.deepEqual(
      missing.map(({ signal }) => signal),
      ['rss', 'heap_limit', 'heap_after_gc', 'gc_count', 'ready', 'requests_total'],
    );
  });
});
