import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { ManualClock, systemClock } from '../../../src/clock.js';
import { buildService } from '../../support/build-service.js';
import { runHeadroom } from '../../support/run-headroom.js';
import { startService } from '../../support/start-service.js';
import { tempFolder } from '../../support/temp-folder.js';
import { until } from '../../support/until.js';
import { MINUTE, T0 } from '../samples.js';
import { BUCKET, type InfluxStandIn, influxStandIn, ORG, TOKEN } from './stand-in.js';

const RULES = `groups:
  - name: routing
    nodes: {}
    rules:
      - alert: MemoryBreachPredicted
        forecast: { of: rss, reaches: memory_limit, within: 2h, probability: 0.8 }
        severity: page
`;
const MIB = 2 ** 20;
const SPAN = 180;

function storeIn(folder: string, { url }: InfluxStandIn) {
  return { folder: join(folder, 'data'), kind: 'influx', url, token: TOKEN, org: ORG, bucket: BUCKET };
}

/** A node that leaks 120 MiB an hour, one sample a minute. */
function leak(start: number) {
  return Array.from({ length: SPAN }, (_, i) => ({
    node: 'r-1',
    time: start + i * MINUTE,
    labels: { pool: 'edge' },
    rss: (400 + 2 * i) * MIB,
    memory_limit: 900 * MIB,
    ready: 1,
  }));
}

interface Forecast {
  readonly limits: readonly { readonly per_hour: number }[];
}

function assertLeaks({ limits }: Forecast): void {
  assert.ok(Math.abs((limits[0]?.per_hour ?? 0) - 120 * MIB) < 6 * MIB, JSON.stringify(limits));
}

/**
 * Rows whose labels cannot be compressed: 600 are about 4 MiB of the queue. The same labels in every row are nothing once
 * they lie there, but 28,000 such rows are 30 MB of text, and what comes must find room as it comes.
 */
const DENSE = { rows: 600, labels: () => labelsOf(30, () => randomBytes(189).toString('base64url')) };
const LARGE = { rows: 28_000, labels: () => FILLER };
const FILLER = labelsOf(4, () => 'x'.repeat(250));

function labelsOf(count: number, value: () => string): string {
  return Array.from({ length: count }, (_, i) => `,filler${i}=${value()}`).join('');
}

/** What the database has of a signal: `node time` of each point. */
function pointsOf(server: InfluxStandIn, signal: string): string[] {
  return [...server.store.all.values()]
    .filter(({ measurement, field }) => measurement === 'headroom' && field === signal)
    .flatMap(({ tags, points }) => [...points.keys()].map((time) => `${tags.node} ${time}`));
}

describe('a service with its history in InfluxDB', () => {
  it('shows history and forecasts again after kill -9 and the loss of its data folder', async (t) => {
    const server = await influxStandIn(t);
    const start = Math.floor(systemClock.now() / MINUTE - SPAN) * MINUTE;
    const sent = leak(start);
    const folder = tempFolder(t);
    const service = await startService(t, {
      rules: RULES,
      folder,
      config: { store: storeIn(folder, server) },
    });
    await service.api.push(sent);
    await until(() => pointsOf(server, 'rss').length === SPAN, 'all is in the database');
    await service.kill();
    for (const [command, code] of [
      ['backtest', 1],
      ['check', 2],
    ] as const) {
      const run = await runHeadroom(
        folder,
        command,
        '--data',
        'data',
        ...(command === 'check' ? ['rules'] : []),
      );
      assert.equal(run.code, code, run.err);
      assert.match(
        run.err,
        /^headroom: the data folder data holds no history: its service keeps it in a database elsewhere \(store\.kind\)\n {2}Start the service, and ask it: --service/m,
      );
    }
    rmSync(service.dataFolder, { recursive: true });
    await service.start();

    assert.deepEqual(
      await service.api.samples('r-1', 'rss', start, start + SPAN * MINUTE),
      sent.map(({ time, rss }) => [time, rss]),
    );
    assertLeaks(await service.api.get<Forecast>('/api/v1/nodes/r-1/forecast'));
    const { oldest, newest, rows } = await service.api.get<Record<string, number>>('/api/v1/history/extent');
    assert.deepEqual([oldest, newest, rows], [start, start + (SPAN - 1) * MINUTE, SPAN]);
    const { status, text } = await service.api.ask(
      `/api/v1/history?from=${start}&to=${start + SPAN * MINUTE}`,
    );
    assert.equal(status, 200);
    for (const { time } of sent) assert.ok(text.includes(`${time}`), `${time} is in the history`);
    const { code, out, err } = await runHeadroom(
      folder,
      'backtest',
      '--service',
      service.api.url,
      '--rules',
      'rules',
    );
    assert.equal(code, 0, err);
    assert.match(out, /MemoryBreachPredicted/);
  });

  it('stays ready without the database, turns senders away once the queue is full, and loses nothing by kill -9', async (t) => {
    const server = await influxStandIn(t);
    const folder = tempFolder(t);
    const store = { ...storeIn(folder, server), queueSize: '32MiB' };
    const service = await startService(t, { rules: RULES, folder, config: { store } });
    const taken: string[] = [];
    const start = Math.floor(systemClock.now() / MINUTE - SPAN) * MINUTE;
    let batch = 0;
    const send = async ({ rows, labels }: { rows: number; labels: () => string }) => {
      const node = `r-${batch++}`;
      const times = Array.from({ length: rows }, (_, i) => start + i * 100);
      const lines = times.map((time) => `memory,node=${node}${labels()} rss=1,memory_limit=2 ${time}\n`);
      const answer = await service.api.ask('/api/v2/write?precision=ms', {
        method: 'POST',
        headers: { 'content-encoding': 'gzip', 'content-type': 'text/plain' },
        body: gzipSync(lines.join(''), { level: 1 }),
      });
      if (answer.status === 204) taken.push(...times.map((time) => `${node} ${time}`));
      return answer;
    };
    assert.equal((await send(DENSE)).status, 204);
    await until(() => pointsOf(server, 'rss').length === DENSE.rows, 'the first batch is in the database');
    await server.stop();
    assert.equal((await send(DENSE)).status, 204);
    const answer = await send(LARGE);
    assert.equal(answer.status, 503, answer.text);
    assert.match(answer.text, /store-busy/);
    assert.ok(Number(answer.headers.get('retry-after')) > 0);
    assert.equal(taken.length, 2 * DENSE.rows);
    const assertReady = async (): Promise<void> => {
      assert.equal((await service.api.ask('/readyz')).status, 200);
      const history = await service.api.ask(
        `/api/v1/nodes/r-0/samples?signal=rss&from=${start}&to=${start + 1}`,
      );
      assert.equal(history.status, 503, history.text);
      assert.match(history.text, /store-unreachable/);
    };
    await assertReady();

    await service.kill();
    await service.start();
    await assertReady();
    assert.equal((await send(LARGE)).status, 503, 'the queue is as full as before');

    await server.start();
    await until(
      async () => (await service.api.metric('headroom_store_remote_queue_rows')) === 0,
      'all is sent',
      60_000,
    );
    assert.deepEqual(pointsOf(server, 'rss').sort(), taken.sort());
    assert.equal((await send(LARGE)).status, 204);
  });

  it('starts without history while the database is away, and fills its models once it is back', async (t) => {
    const server = await influxStandIn(t);
    const lines = leak(T0).map(
      ({ time, rss, memory_limit }) =>
        `headroom,node=r-1 rss=${rss},memory_limit=${memory_limit},ready=1 ${time}\n`,
    );
    server.store.write(lines.join(''));
    await server.stop();
    const clock = new ManualClock(T0 + SPAN * MINUTE);
    const folder = tempFolder(t);
    const built = await buildService(t, {
      clock,
      folder,
      rules: RULES,
      config: { store: storeIn(folder, server) },
    });
    assert.equal((await built.api.ask('/readyz')).status, 200);
    assert.equal((await built.api.ask('/api/v1/nodes/r-1/forecast')).status, 404);
    assert.match(built.logText(), /history cannot be read; the models go on without it/);
    await server.start();
    clock.advance(30_000);
    await until(
      async () => (await built.api.ask('/api/v1/nodes/r-1/forecast')).status === 200,
      'the node is known again',
    );
    await until(async () => {
      clock.advance(1000);
      const { limits } = await built.api.get<Forecast>('/api/v1/nodes/r-1/forecast');
      return limits.length > 0;
    }, 'its forecast is there');
    assertLeaks(await built.api.get<Forecast>('/api/v1/nodes/r-1/forecast'));
  });
});
