import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { Signal } from '../../src/telemetry/index.js';
import { fileOf, load } from './support.js';

async function samplesOf(t: TestContext, input: string, others: Record<string, string> = {}) {
  const { findings, cases } = await load(t, fileOf(input), others);
  assert.deepEqual(findings, []);
  return cases[0].samples;
}

describe('what nodes send in a test', () => {
  const column = (samples: Awaited<ReturnType<typeof samplesOf>>, signal: Signal) =>
    samples.map(({ at, values }) => [at / 1000, values.get(signal)]);

  it('sends series together, at the interval', async (t) => {
    const samples = await samplesOf(
      t,
      '{ r-1: { rss: 100B + 1B x 3, gc_count: 0 + 2 x 2, memory_limit: 1000B } }',
    );
    assert.deepEqual(
      samples.map(({ at, values }) => [at, Object.fromEntries(values)]),
      [
        [0, { rss: 100, gc_count: 0, memory_limit: 1000, start_time: 0 }],
        [15_000, { rss: 101, gc_count: 2, memory_limit: 1000, start_time: 0 }],
        [30_000, { rss: 102, memory_limit: 1000, start_time: 0 }],
      ],
    );
  });

  it('is silent in a gap, also when another series has no end', async (t) => {
    const samples = await samplesOf(t, '{ r-1: { rss: [5B x 2, _ x 3, 7B x 1], memory_limit: 1000B } }');
    assert.deepEqual(column(samples, 'memory_limit'), [
      [0, 1000],
      [15, 1000],
      [75, 1000],
    ]);
  });

  it('begins a new process at a restart: start time and counters, in the same version', async (t) => {
    const samples = await samplesOf(
      t,
      '{ r-1: { age: 1h, labels: { version: "7" }, rss: [5B x 2, restart, 5B x 2], requests_total: 10 + 100, gc_count: [4 + 1 x 2, 0 + 1 x 2] } }',
    );
    assert.deepEqual(column(samples, 'start_time'), [
      [0, -3600],
      [15, -3600],
      [30, 30],
      [45, 30],
    ]);
    assert.deepEqual(
      column(samples, 'requests_total').map(([, value]) => value),
      [10, 110, 0, 100],
    );
    assert.deepEqual(
      column(samples, 'gc_count').map(([, value]) => value),
      [4, 5, 0, 1],
    );
    assert.deepEqual(new Set(samples.map(({ labels }) => labels.version)), new Set(['7']));
  });

  it('runs another version from a deploy on', async (t) => {
    const samples = await samplesOf(
      t,
      '{ r-1: { labels: { pool: a, version: "7" }, rss: [5B x 1, deploy 8, 5B x 1] } }',
    );
    assert.deepEqual(
      samples.map(({ labels }) => labels),
      [
        { pool: 'a', version: '7' },
        { pool: 'a', version: '8' },
      ],
    );
  });

  it('sends what several nodes send in time order', async (t) => {
    const samples = await samplesOf(t, '{ b: { rss: 5B x 2 every 20s }, a: { rss: 5B x 3 every 15s } }');
    assert.deepEqual(
      samples.map(({ at, node }) => `${at / 1000} ${node}`),
      ['0 b', '0 a', '15 a', '20 b', '30 a'],
    );
  });

  it('sends the rows of a node of a trace, with its version and further labels', async (t) => {
    const trace = 'time_s,node,version,rss_bytes,start_time_s\n0,x,7,100,-5\n0,y,,1,\n15,x,8,,15\n';
    const samples = await samplesOf(t, '{ r-1: { trace: t/a.csv, traceNode: x, labels: { pool: p } } }', {
      't/a.csv': trace,
    });
    assert.deepEqual(
      samples.map(({ at, node, labels, values }) => [at, node, labels, Object.fromEntries(values)]),
      [
        [0, 'r-1', { pool: 'p', version: '7' }, { rss: 100, start_time: -5 }],
        [15_000, 'r-1', { pool: 'p', version: '8' }, { start_time: 15 }],
      ],
    );
  });
});
