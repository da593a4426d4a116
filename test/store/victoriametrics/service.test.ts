import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { systemClock } from '../../../src/clock.js';
import { runHeadroom } from '../../support/run-headroom.js';
import { startService } from '../../support/start-service.js';
import { tempFolder } from '../../support/temp-folder.js';
import { noVictoriaMetrics, VictoriaMetrics } from '../../support/victoria-metrics.js';
import { MINUTE } from '../samples.js';

const RULES = `groups:
  - name: routing
    nodes: {}
    rules:
      - alert: MemoryBreachPredicted
        forecast: { of: rss, reaches: memory_limit, within: 2h, probability: 0.8 }
        severity: page
`;
const MIB = 2 ** 20;

interface Samples {
  readonly samples: readonly (readonly [number, number])[];
}

describe('a service with its history in VictoriaMetrics', { skip: noVictoriaMetrics }, () => {
  it('shows history and forecasts again after kill -9, and can be backtested', async (t) => {
    const victoria = await VictoriaMetrics.start(t);
    const start = Math.floor(systemClock.now() / MINUTE - 180) * MINUTE;
    const sent = Array.from({ length: 180 }, (_, i) => ({
      node: 'r-1',
      time: start + i * MINUTE,
      labels: { pool: 'edge' },
      rss: (400 + 2 * i) * MIB,
      memory_limit: 900 * MIB,
      ready: 1,
    }));
    const folder = tempFolder(t);
    const store = { folder: join(folder, 'data'), kind: 'victoriametrics', url: victoria.url };
    const service = await startService(t, { rules: RULES, folder, config: { store } });
    assert.equal((await service.api.send(sent)).status, 204);
    await service.kill();
    await service.start();
    const path = `/api/v1/nodes/r-1/samples?signal=rss&from=${start}&to=${start + 180 * MINUTE}`;
    const { samples } = await service.api.get<Samples>(path);
    assert.deepEqual(
      samples,
      sent.map(({ time, rss }) => [time, rss]),
    );
    const { limits } = await service.api.get<{ limits: { per_hour: number }[] }>(
      '/api/v1/nodes/r-1/forecast',
    );
    assert.ok(Math.abs(limits[0].per_hour - 120 * MIB) < 6 * MIB, JSON.stringify(limits));
    const extent = await service.api.get<{ oldest: number; newest: number; rows: number }>(
      '/api/v1/history/extent',
    );
    const { oldest, newest, rows } = extent;
    assert.deepEqual({ oldest, newest }, { oldest: start, newest: start + 179 * MINUTE });
    // What was sent just before the end may be sent again, and the server counts it twice.
    assert.ok(rows === 180 || rows === 360, `${rows} rows`);
    const { code, out } = await runHeadroom(
      folder,
      'backtest',
      '--service',
      service.api.url,
      '--rules',
      'rules',
    );
    assert.equal(code, 0);
    assert.match(out, /MemoryBreachPredicted/);
  });
});
