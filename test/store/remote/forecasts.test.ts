import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Registry as Metrics } from 'prom-client';
import { ManualClock } from '../../../src/clock.js';
import type { SaidAlert, Store } from '../../../src/store/index.js';
import { keptLog } from '../../support/kept-log.js';
import { said } from '../../support/said.js';
import { noVictoriaMetrics, VictoriaMetrics } from '../../support/victoria-metrics.js';
import { influxStandIn } from '../influx/stand-in.js';
import { openTemporary } from '../influx/support.js';
import { HOUR, MINUTE, readAll, registryOf, rowsOf, T0 } from '../samples.js';
import { openFresh } from '../victoriametrics/opened.js';

const ODD = 'odd, "name"=\\ %';
const ALERT: SaidAlert = {
  id: 'a-1',
  node: ODD,
  pool: '',
  rule: 'MemoryBreachPredicted',
  severity: 'page',
  at: T0,
  state: 'firing',
  reason: 'p50 in 40 min,\nhe said "soon" \\ or so',
};

async function writeAll({ forecasts }: Store): Promise<void> {
  await forecasts?.writeForecasts([said(T0), said(T0, { node: ODD, pool: '', breachP90: null })]);
  await forecasts?.writeAlerts?.([ALERT]);
}

describe('forecasts and alerts in an InfluxDB', () => {
  it('become series beside the samples, the cone ahead of time, text as text; and are read again', async (t) => {
    const server = await influxStandIn(t);
    const { store, again } = await openTemporary(t, server.url);
    const rows = rowsOf({ node: 0, time: T0, rss: 5 });
    await store.history.append(rows, registryOf(1));
    await writeAll(store);
    await store.settled();
    const found = [...server.store.all.values()].map(({ measurement, tags, field, points }) => ({
      series: `${measurement} ${JSON.stringify(tags)} ${field}`,
      points: [...points],
    }));
    const of = (series: string) => found.find((each) => each.series === series)?.points;
    const tags = '{"limit":"memory_limit","node":"r-1","pool":"edge"}';
    assert.deepEqual(of(`headroom_forecast ${tags} breach_p50_s`), [[T0, 7200]]);
    assert.deepEqual(of(`headroom_forecast ${tags} probability`), [[T0, 0.9]]);
    const cone = of(`headroom_cone ${tags} high_bytes`) ?? [];
    assert.equal(cone.length, 12);
    assert.deepEqual(cone.at(-1), [T0 + 2 * HOUR, 300]);
    // Tags are written as those of samples are: control characters, backslashes and % as %25.
    const odd = JSON.stringify({ limit: 'memory_limit', node: 'odd, "name"=%5C %25' });
    assert.deepEqual(of(`headroom_forecast ${odd} breach_p10_s`), [[T0, 3600]]);
    assert.equal(of(`headroom_forecast ${odd} breach_p90_s`), undefined);
    const alert = `headroom_alert ${JSON.stringify({ node: 'odd, "name"=%5C %25', rule: ALERT.rule, severity: 'page' })}`;
    assert.deepEqual(of(`${alert} firing`), [[T0, 1]]);
    assert.deepEqual(of(`${alert} reason`), [[T0, 'p50 in 40 min, he said "soon" \\ or so']]);
    const opened = await again();
    assert.deepEqual(await opened.pastForecasts?.readForecasts('r-1', T0, T0 + 1), [said(T0)]);
  });

  it('have the name of the measurement that is configured', async (t) => {
    const server = await influxStandIn(t);
    const { store } = await openTemporary(t, server.url, { measurement: 'memory' });
    await writeAll(store);
    await store.settled();
    const names = new Set([...server.store.all.values()].map(({ measurement }) => measurement));
    assert.deepEqual([...names], ['memory_forecast', 'memory_cone', 'memory_alert']);
  });

  it('do not change what history is: rows, extent and names', async (t) => {
    const server = await influxStandIn(t);
    server.instead.set('/api/v2/write', { status: 503 });
    const { store } = await openTemporary(t, server.url, { clock: new ManualClock(T0) });
    const registry = registryOf(1);
    await store.history.append(rowsOf({ node: 0, time: T0, rss: 5 }), registry);
    await writeAll(store);
    const look = async () => {
      const { rows, oldest, newest } = await store.history.stats();
      return { rows, oldest, newest, nodes: registry.nodes.length, sets: registry.labelSets.length };
    };
    const expected = { rows: 1, oldest: T0, newest: T0, nodes: 1, sets: registry.labelSets.length };
    assert.deepEqual(await look(), expected);
    assert.deepEqual(await readAll(store, 0), [{ node: 0, time: T0, labels: 0, rss: 5 }]);
    assert.deepEqual(await look(), expected);
  });

  it('wait while it is away, over a restart, in a queue of their own', async (t) => {
    const server = await influxStandIn(t);
    server.instead.set('/api/v2/write', { status: 503 });
    const clock = new ManualClock(T0);
    const { store, again } = await openTemporary(t, server.url, { clock });
    await writeAll(store);
    await store.settled();
    assert.equal(server.store.all.size, 0);
    const opened = await again();
    server.instead.clear();
    clock.advance(2 * MINUTE);
    await (opened as typeof store).settled();
    const names = new Set([...server.store.all.values()].map(({ measurement }) => measurement));
    assert.deepEqual([...names], ['headroom_forecast', 'headroom_cone', 'headroom_alert']);
  });

  it('are dropped and counted where their queue is full, and samples go on', async (t) => {
    const server = await influxStandIn(t);
    server.instead.set('/api/v2/write', { status: 503 });
    const metrics = new Metrics();
    const { log, text } = keptLog();
    const { store } = await openTemporary(t, server.url, { metrics, log, queueSize: '32MiB' });
    const many = Array.from({ length: 2000 }, (_, i) => said(T0 + i, { node: `r-${i}` }));
    await store.forecasts?.writeForecasts(many);
    await store.forecasts?.writeForecasts(many);
    assert.match(await metrics.metrics(), /headroom_store_forecasts_dropped_total 52000\n/);
    assert.equal(text().match(/forecasts are not written to the database/g)?.length, 1);
    await store.history.append(rowsOf({ node: 0, time: T0, rss: 5 }), registryOf(1));
    await store.forecasts?.writeForecasts([said(T0)]);
    assert.match(await metrics.metrics(), /headroom_store_forecasts_queue_rows 13\n/);
    assert.match(await metrics.metrics(), /headroom_store_remote_queue_rows 1\n/);
    const kept = await store.pastForecasts?.readForecasts('r-7', T0, T0 + HOUR);
    assert.equal(kept?.length, 2);
  });

  it('that it refuses are set aside beside the refused samples', async (t) => {
    const server = await influxStandIn(t);
    server.instead.set('/api/v2/write', { status: 422, body: '{"message":"beyond the retention"}' });
    const { store, folder } = await openTemporary(t, server.url);
    await store.forecasts?.writeAlerts?.([ALERT]);
    await store.settled();
    const aside = readFileSync(join(folder, 'set-aside', 'refused-forecasts.lp'), 'utf8');
    assert.match(aside, /beyond the retention.*\nheadroom_alert,.*firing=1/);
  });
});

describe('forecasts and alerts in a VictoriaMetrics', { skip: noVictoriaMetrics }, () => {
  it('become metrics of numbers; neither text nor what lies ahead is sent', async (t) => {
    const victoria = await VictoriaMetrics.start(t);
    const { store, measurement } = await openFresh(t, victoria.url);
    const now = Math.floor(Date.now() / 1000) * 1000;
    await store.history.append(rowsOf({ node: 0, time: now, rss: 5 }), registryOf(1));
    await store.forecasts?.writeForecasts([said(now)]);
    await store.forecasts?.writeAlerts?.([{ ...ALERT, at: now }]);
    await store.settled();
    await victoria.flush();
    const match = encodeURIComponent(`{__name__=~"${measurement}_.+"}`);
    const lines = (await victoria.get(`/api/v1/export?match[]=${match}`)).trim().split('\n');
    const found = new Map(
      lines.map((line) => {
        const { metric, values, timestamps } = JSON.parse(line);
        return [metric.__name__.slice(measurement.length + 1), { metric, values, timestamps }];
      }),
    );
    assert.deepEqual([...found.keys()].sort(), [
      'alert_firing',
      'forecast_breach_p10_s',
      'forecast_breach_p50_s',
      'forecast_breach_p90_s',
      'forecast_horizon_s',
      'forecast_limit_bytes',
      'forecast_now_bytes',
      'forecast_per_hour_bytes',
      'forecast_probability',
      'rss',
    ]);
    const { metric, values, timestamps } = found.get('forecast_breach_p50_s') ?? {};
    assert.deepEqual([values, timestamps], [[7200], [now]]);
    assert.deepEqual([metric.node, metric.pool, metric.limit], ['r-1', 'edge', 'memory_limit']);
    assert.equal(found.get('alert_firing')?.metric.rule, ALERT.rule);
    const { rows, oldest, newest } = await store.history.stats();
    assert.deepEqual({ rows, oldest, newest }, { rows: 1, oldest: now, newest: now });
  });
});
