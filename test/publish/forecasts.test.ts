import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Registry } from 'prom-client';
import { ManualClock } from '../../src/clock.js';
import { Publisher } from '../../src/publish/index.js';
import {
  alertPoints,
  conePoints,
  type ForecastSink,
  forecastPoints,
  type SaidForecast,
} from '../../src/store/index.js';
import { openTemporary } from '../store/support.js';
import { keptLog } from '../support/kept-log.js';
import { HOUR, MINUTE } from '../support/leak.js';
import { said } from '../support/said.js';
import { fleetService } from './support.js';

const NOW = Date.UTC(2026, 10, 22, 13, 30);
const DAY = 24 * HOUR;

interface Said {
  readonly limits: readonly {
    readonly said_at: number;
    readonly breach_p50: number | null;
    readonly cone: readonly (readonly number[])[];
    readonly limit: number;
  }[];
}

describe('forecasts of the past', () => {
  it('are told as they stood at a time, with what was to come', async (t) => {
    const { api, clock, service } = await fleetService(t, { until: NOW, minutes: 20 });
    const at = NOW - 10 * MINUTE;
    const then = await api.get<Said>(`/api/v1/nodes/leaky-1/forecasts?at=${at}`);
    const [forecast] = then.limits;
    assert.equal(then.limits.length, 1);
    // Kept once in a sixtieth of the two hours.
    assert.ok(forecast.said_at <= at && at - forecast.said_at <= 3 * MINUTE, `${at - forecast.said_at}`);
    assert.ok(forecast.breach_p50 !== null && forecast.breach_p50 > at);
    const [first, last] = [forecast.cone[0], forecast.cone[forecast.cone.length - 1]];
    assert.ok(Math.abs(first[0] - forecast.said_at) <= MINUTE && last[0] > forecast.breach_p50);
    for (const [, low, middle, high] of forecast.cone) assert.ok(low <= middle && middle <= high);
    const now = await api.get<Said>('/api/v1/nodes/leaky-1/forecasts');
    assert.ok(now.limits[0].said_at > forecast.said_at);
    const before = await api.get<Said>(`/api/v1/nodes/leaky-1/forecasts?at=${clock.now() - DAY}`);
    assert.deepEqual(before.limits, []);
    const calm = await api.get<Said>('/api/v1/nodes/calm-1/forecasts');
    assert.deepEqual(
      calm.limits.map(({ breach_p50, cone }) => [breach_p50, cone]),
      [[null, []]],
    );
    const kept = await service.pipeline.store.pastForecasts?.readForecasts('leaky-1', 0, NOW + DAY);
    assert.ok(kept && kept.length >= 8 && kept.length <= 14, `${kept?.length} in 20 minutes`);
    assert.equal((await api.ask('/api/v1/nodes/nobody/forecasts')).status, 404);
    assert.equal((await api.ask('/api/v1/nodes/leaky-1/forecasts?at=then')).status, 400);
  });

  it('survive the end of the store, are read by node and time, and go with the retention', async (t) => {
    const clock = new ManualClock(NOW);
    const { store, again } = await openTemporary(t, { clock, retention: '2d' });
    const old = said(NOW - 3 * DAY);
    await store.forecasts?.writeForecasts([old, said(NOW), said(NOW, { node: 'r-2' }), said(NOW + MINUTE)]);
    const opened = await again();
    const read = (from: number, to: number) => opened.pastForecasts?.readForecasts('r-1', from, to);
    assert.deepEqual(await read(NOW, NOW + MINUTE), [said(NOW)]);
    assert.deepEqual(await read(0, NOW + DAY), [old, said(NOW), said(NOW + MINUTE)]);
    await opened.maintain();
    assert.deepEqual(await read(0, NOW + DAY), [said(NOW), said(NOW + MINUTE)]);
  });

  it('are tried again while a sink refuses, and alerts go the same way', async (t) => {
    const { clock, service } = await fleetService(t, { until: NOW, minutes: 1 });
    const { registry, trend } = service.pipeline;
    const taken: SaidForecast[] = [];
    const alerts: unknown[] = [];
    let isRefusing = true;
    const sink: ForecastSink = {
      async writeForecasts(forecasts) {
        if (isRefusing) throw new Error('no');
        taken.push(...forecasts);
      },
      async writeAlerts(some) {
        alerts.push(...alertPoints(some));
      },
    };
    const { log, text } = keptLog();
    const publisher = new Publisher(
      { publish: { nodes: true, labels: [] }, log, metrics: new Registry() },
      { registry, trend: () => trend, sink },
    );
    publisher.take([
      {
        id: 'a',
        node: 'leaky-1',
        labels: { pool: 'edge' },
        rule: 'R',
        severity: 'page',
        at: 5,
        state: 'firing',
        reason: 'why',
      } as never,
    ]);
    publisher.round(clock.now());
    await publisher.close();
    assert.equal(taken.length, 0);
    assert.match(text(), /forecasts cannot be written/);
    isRefusing = false;
    await publisher.close();
    assert.deepEqual(taken.map(({ node }) => node).sort(), ['calm-1', 'down-1', 'leaky-1', 'odd "name"\\']);
    assert.deepEqual(alerts, [
      {
        measurement: 'headroom_alert',
        time: 5,
        tags: { node: 'leaky-1', pool: 'edge', rule: 'R', severity: 'page' },
        fields: { firing: 1, state: 'firing', reason: 'why', id: 'a' },
      },
    ]);
  });
});

describe('forecasts as points of a series', () => {
  it('have seconds ahead, and no field for what is not expected', () => {
    const none = said(NOW, {
      breachP10: null,
      breachP50: null,
      breachP90: null,
      probability: null,
      pool: '',
    });
    const [point, empty] = forecastPoints([said(NOW), none]);
    assert.deepEqual(point, {
      measurement: 'headroom_forecast',
      time: NOW,
      tags: { node: 'r-1', pool: 'edge', limit: 'memory_limit' },
      fields: {
        now_bytes: 100,
        limit_bytes: 200,
        horizon_s: 7200,
        probability: 0.9,
        breach_p10_s: 3600,
        breach_p50_s: 7200,
        breach_p90_s: 10_800,
        per_hour_bytes: 50,
      },
    });
    assert.deepEqual(empty.tags, { node: 'r-1', limit: 'memory_limit' });
    assert.deepEqual(Object.keys(empty.fields), ['now_bytes', 'limit_bytes', 'horizon_s', 'per_hour_bytes']);
  });

  it('have a cone on a grid that the next forecast shares', () => {
    const step = (2 * HOUR) / 12;
    const first = conePoints([said(NOW)]);
    const next = conePoints([said(NOW + 3 * MINUTE)]);
    assert.ok(first.every(({ time }) => time % step === 0 && time > NOW));
    assert.equal(first.length, 12);
    assert.deepEqual(
      next.map(({ time }) => time),
      first.map(({ time }) => time),
    );
    const end = first[first.length - 1];
    const bytes = { low_bytes: 150, middle_bytes: 200, high_bytes: 300 };
    assert.deepEqual(end.fields, { ...bytes, said_s: NOW / 1000, horizon_s: 7200 });
    const half = first.find(({ time }) => time === NOW + HOUR);
    assert.deepEqual(half?.fields.middle_bytes, 150);
  });
});
