import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import type { RemoteStore } from '../../src/store/remote/index.js';
import { SIGNALS } from '../../src/telemetry/index.js';
import { BUCKET, influxStandIn, ORG, TOKEN } from '../store/influx/stand-in.js';
import { tempFolder } from '../support/temp-folder.js';
import { filled, read } from './dashboard.js';
import { fleetService } from './support.js';

const NOW = Date.UTC(2026, 10, 22, 13, 30);
const OF_INFLUXDB = { bucket: 'headroom', pool: '(edge|core)', node: '(r-1)' };

describe('the dashboard of InfluxDB', () => {
  const dashboard = read('influxdb');
  const shown = dashboard.panels.flatMap(({ targets }) => targets.map(({ query = '' }) => query));
  const marks = dashboard.annotations.list.map(({ target }) => target?.query ?? '');
  const choices = dashboard.templating.list
    .filter(({ type }) => type === 'query')
    .map(({ query }) => String(query));
  // The parser and type checker of InfluxDB itself, compiled to WebAssembly.
  const { is_valid_flux: isValid } = createRequire(import.meta.url)('@influxdata/flux-lsp-node') as {
    is_valid_flux(script: string): boolean;
  };
  const OPTIONS = 'option v = {timeRangeStart: -1h, timeRangeStop: now(), windowPeriod: 1m}\n';

  it('asks in Flux that the type checker takes', () => {
    assert.equal(isValid('from(bucket: "a") |> rnge(start: -1h)'), false);
    assert.ok(shown.length >= 6);
    for (const query of [...shown, ...marks]) {
      assert.ok(isValid(OPTIONS + filled(query, OF_INFLUXDB)), query);
    }
    for (const query of choices) assert.ok(isValid(filled(query, OF_INFLUXDB)), query);
  });

  it('names only measurements, fields and tags that the service writes', async (t) => {
    const server = await influxStandIn(t);
    const place = { url: server.url, token: TOKEN, org: ORG, bucket: BUCKET };
    const folder = tempFolder(t);
    const config = { store: { kind: 'influx', folder, ...place } };
    const { service, api, clock } = await fleetService(t, { until: NOW, minutes: 8, config });
    await api.push([
      { node: 'calm-1', time: clock.now() + 1, ...Object.fromEntries(SIGNALS.map((name) => [name, 1])) },
    ]);
    const { alerts } = await api.get<{ alerts: readonly unknown[] }>('/api/v1/alerts?state=firing');
    assert.ok(alerts.length > 0);
    await (service.pipeline.store as RemoteStore).settled();
    assert.equal(readdirSync(folder).includes('set-aside'), false);
    const written = new Map<string, { tags: string[]; fields: string[] }>();
    for (const { measurement, tags, field } of server.store.all.values()) {
      const known = written.get(measurement) ?? { tags: [], fields: [] };
      written.set(measurement, known);
      known.tags.push(...Object.keys(tags));
      known.fields.push(field);
    }
    const names = ['headroom', 'headroom_alert', 'headroom_cone', 'headroom_forecast'];
    assert.deepEqual([...written.keys()].sort(), names);
    for (const query of [...shown, ...marks]) {
      const measurement = /r\._measurement == "(\w+)"/.exec(query)?.[1] ?? '';
      const known = written.get(measurement);
      assert.ok(known, `nothing writes ${measurement}`);
      for (const [, field] of query.matchAll(/r\._field == "(\w+)"/g)) {
        assert.ok(known.fields.includes(field), `${measurement} has no field ${field}`);
      }
      for (const [, column] of query.matchAll(/\br\.([a-z]\w*)/g)) {
        // What an earlier map of the same query made has the name on its left.
        const isMade = new RegExp(`[{ ]${column}: r\\.`).test(query);
        assert.ok(
          known.tags.includes(column) || known.fields.includes(column) || isMade,
          `${measurement} has no ${column}`,
        );
      }
    }
  });
});
