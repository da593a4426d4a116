import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { metricsOptions } from '../../src/publish/index.js';
import { HOUR } from '../support/leak.js';
import { fleetService, hasTool, ODD_NAME } from './support.js';

const NOW = Date.UTC(2026, 10, 22, 13, 30);

/** The value of a series, by name and labels as they are written. */
function readSeries(text: string, series: string): number | undefined {
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

describe('forecasts as metrics', () => {
  it('say the same as the API, in seconds from now', async (t) => {
    const { api, clock } = await fleetService(t, { until: NOW });
    const { text } = await api.ask('/metrics');
    const { limits } = await api.get<{ limits: Record<string, number>[] }>('/api/v1/nodes/leaky-1/forecast');
    const labels = 'node="leaky-1",pool="edge",limit="memory_limit"';
    const [said] = limits;
    for (const [quantile, name] of [
      ['0.1', 'breach_p10'],
      ['0.5', 'breach_p50'],
      ['0.9', 'breach_p90'],
    ]) {
      const ahead = (said[name] - clock.now()) / 1000;
      assert.equal(readSeries(text, `headroom_node_breach_seconds{${labels},quantile="${quantile}"}`), ahead);
    }
    assert.equal(readSeries(text, `headroom_node_breach_probability{${labels}}`), said.probability);
    assert.equal(readSeries(text, `headroom_node_growth_bytes_per_second{${labels}}`), said.per_hour / 3600);
    assert.equal(readSeries(text, `headroom_node_used_bytes{${labels}}`), said.now);
    assert.equal(readSeries(text, `headroom_node_limit_bytes{${labels}}`), said.limit);
    assert.equal(said.probability > 0.5, true);
  });

  it('have no time to a breach that is not expected, and count pools by probability', async (t) => {
    const { api } = await fleetService(t, { until: NOW });
    const { text } = await api.ask('/metrics');
    assert.doesNotMatch(text, /headroom_node_breach_seconds\{node="calm-1"/);
    const calm = readSeries(
      text,
      'headroom_node_breach_probability{node="calm-1",pool="edge",limit="memory_limit"}',
    );
    const leaky = readSeries(
      text,
      'headroom_node_breach_probability{node="leaky-1",pool="edge",limit="memory_limit"}',
    );
    assert.ok(calm !== undefined && calm < 0.05 && leaky !== undefined);
    assert.equal(readSeries(text, 'headroom_pool_nodes{pool="edge"}'), 3);
    assert.equal(readSeries(text, 'headroom_pool_ready_nodes{pool="edge"}'), 2);
    assert.equal(readSeries(text, 'headroom_pool_ready_nodes{pool=""}'), 1);
    const expected = readSeries(text, 'headroom_pool_expected_ready_nodes{pool="edge"}') ?? Number.NaN;
    assert.ok(Math.abs(expected - (2 - calm - leaky)) < 1e-9, `${expected}`);
    assert.equal(readSeries(text, 'headroom_pool_expected_ready_ratio{pool="edge"}'), expected / 3);
    assert.equal(
      readSeries(text, 'headroom_pool_nearest_breach_seconds{pool="edge"}'),
      readSeries(
        text,
        'headroom_node_breach_seconds{node="leaky-1",pool="edge",limit="memory_limit",quantile="0.5"}',
      ),
    );
    assert.equal(readSeries(text, 'headroom_pool_nearest_breach_seconds{pool=""}'), undefined);
  });

  it('end with the samples of a node, which stays known', async (t) => {
    const { api, clock } = await fleetService(t, { until: NOW });
    await clock.pass(HOUR / 2, HOUR / 2);
    const { text } = await api.ask('/metrics');
    assert.doesNotMatch(text, /^headroom_node_/m);
    assert.equal(readSeries(text, 'headroom_pool_nodes{pool="edge"}'), 3);
    assert.equal(readSeries(text, 'headroom_pool_ready_nodes{pool="edge"}'), 0);
  });

  it('leave nodes out where the configuration says so, and take the labels along that it names', async (t) => {
    const pools = await fleetService(t, { until: NOW, minutes: 1, config: { metrics: { nodes: false } } });
    const { text } = await pools.api.ask('/metrics');
    assert.doesNotMatch(text, /^headroom_node_/m);
    assert.equal(readSeries(text, 'headroom_pool_nodes{pool="edge"}'), 3);
    const zones = await fleetService(t, {
      until: NOW,
      minutes: 1,
      config: { metrics: { labels: ['zone'] } },
    });
    const other = (await zones.api.ask('/metrics')).text;
    assert.match(other, /^headroom_node_ready\{node="leaky-1",zone="a"\} 1$/m);
  });

  it('refuse a label that the series have anyway', () => {
    const { error } = metricsOptions.safeParse({ labels: ['node'] });
    assert.match(String(error?.issues[0].message), /another name than node, limit, quantile/);
  });

  it('are compressed for who asks for it', async (t) => {
    const { service } = await fleetService(t, { until: NOW, minutes: 1 });
    const response = await fetch(`${service.url}/metrics`, { headers: { 'accept-encoding': 'gzip' } });
    assert.equal(response.headers.get('content-encoding'), 'gzip');
    assert.match(await response.text(), /^headroom_node_ready\{node="leaky-1"/m);
  });

  it('satisfy promtool, odd names included', { skip: hasTool('promtool') }, async (t) => {
    const { api } = await fleetService(t, { until: NOW, minutes: 1 });
    const { text } = await api.ask('/metrics');
    assert.ok(text.includes(`node="${ODD_NAME.replace(/["\\]/g, '\\$&')}"`));
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input: text,
      encoding: 'utf8',
    });
    assert.deepEqual([status, stdout, stderr], [0, '', '']);
  });
});
